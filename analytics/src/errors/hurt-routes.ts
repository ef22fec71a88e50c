import { createRoute, z } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { findSegment } from "../filters/saved-segment.ts";
import { segmentId } from "../filters/segment.ts";
import { json, needs, newApi, problems, projectParam } from "../http/api.ts";
import { rangeQuery, toRange } from "../http/range.ts";
import { requireProject } from "../http/require-project.ts";
import { hiddenRows } from "./groups/row.ts";
import { hurtingGroup, rankHurt } from "./hurt.ts";
import { rankErrors } from "./query.ts";
import { describeErrors } from "./report.ts";

const hurtingList = z.object({
  items: z.array(hurtingGroup.openapi("HurtingGroup")),
  nextCursor: z.null(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
});

const hurting = createRoute({
  method: "get",
  path: "/projects/{project}/errors/hurting",
  tags: ["errors"],
  summary: "The Top-50 by customers, transactions and score together: what hurts most",
  middleware: needs("read"),
  request: { params: projectParam, query: rangeQuery.extend({ segment: segmentId }) },
  responses: { 200: json(hurtingList.openapi("HurtingGroups"), "What hurts most first"), ...problems },
});

/** One order of what the Top-50 shows side by side. */
export function createHurtRoutes(deps: Deps) {
  return newApi().openapi(hurting, async (context) => {
    const { project } = context.req.valid("param");
    const query = context.req.valid("query");
    const { recoveryWindowSeconds } = await requireProject(deps.ledger, project);
    const range = toRange(query, deps.now());
    const segment = await findSegment(deps, project, { segment: query.segment, to: range.to });
    const hidden = (await hiddenRows(deps.ledger, project)).map(({ fingerprint }) => fingerprint);
    const scope = { projectId: project, range, filter: {}, recoveryWindowSeconds, segment };
    const { groups } = await rankErrors(deps.warehouse, { ...scope, rank: "blocked", hidden });
    const items = rankHurt(await describeErrors(deps, scope, groups));
    const told = { from: range.from.toISOString(), to: range.to.toISOString() };
    return context.json({ items, nextCursor: null, ...told }, 200);
  });
}
