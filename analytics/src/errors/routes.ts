import { createRoute, z } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { decodeCursor, encodeCursor } from "../http/cursor.ts";
import { findSegment } from "../filters/saved-segment.ts";
import { segmentId } from "../filters/segment.ts";
import { json, needs, newApi, problems, projectParam } from "../http/api.ts";
import { Problem } from "../http/problem.ts";
import { rangeQuery, toRange, type Range } from "../http/range.ts";
import { requireProject } from "../http/require-project.ts";
import { countCrashed } from "./crashes.ts";
import { createCustomersRoutes } from "./customers-routes.ts";
import { describeError } from "./detail.ts";
import { errorDetail, errorRank, errorRanking } from "./error-group.ts";
import { parseErrorFilter } from "./filter.ts";
import { createDailyRoutes } from "./daily-routes.ts";
import { createGroupRoutes } from "./groups/routes.ts";
import { createHurtRoutes } from "./hurt-routes.ts";
import { groupOf, type GroupRow, hiddenRows } from "./groups/row.ts";
import { createPathRoutes } from "./path-routes.ts";
import { countActive, rankErrors, TOP } from "./query.ts";
import { createSymbolicate } from "../source-maps/symbolicate.ts";
import { describeErrors } from "./report.ts";

const list = createRoute({
  method: "get",
  path: "/projects/{project}/errors",
  tags: ["errors"],
  summary: "The Top-50: errors by the customers they stop",
  middleware: needs("read"),
  request: {
    params: projectParam,
    query: rangeQuery.extend({
      rank: errorRank.default("blocked"),
      limit: z.coerce.number().int().min(1).max(TOP).default(TOP),
      cursor: z.string().max(500).optional(),
      archived: z
        .stringbool()
        .default(false)
        .openapi({ description: "Whether archived groups are listed too" }),
      segment: segmentId,
      filter: z
        .union([z.string(), z.array(z.string())])
        .optional()
        .openapi({
          description:
            "`property:value`, repeatable; property is release, channel, audience, os, region, flow, step, page or environment. Values of one property are alternatives.",
        }),
    }),
  },
  responses: { 200: json(errorRanking.openapi("ErrorRanking"), "Error groups in rank order"), ...problems },
});

const detail = createRoute({
  method: "get",
  path: "/projects/{project}/errors/{fingerprint}",
  tags: ["errors"],
  summary: "One error group: course, segments, samples, voices, funnels, releases",
  middleware: needs("read"),
  request: {
    params: projectParam.extend({ fingerprint: z.string().min(1).max(64) }),
    query: rangeQuery.extend({ segment: segmentId }),
  },
  responses: { 200: json(errorDetail.openapi("ErrorDetail"), "The group"), ...problems },
});

/** The errors of a project: the Top-50 and each group in detail. */
export function createErrorsRoutes(deps: Deps) {
  const api = newApi()
    .route("/", createCustomersRoutes(deps))
    .route("/", createDailyRoutes(deps))
    .route("/", createHurtRoutes(deps))
    .route("/", createGroupRoutes(deps))
    .route("/", createPathRoutes(deps));
  api.openapi(list, async (context) => {
    const { project } = context.req.valid("param");
    const query = context.req.valid("query");
    const { recoveryWindowSeconds } = await requireProject(deps.ledger, project);
    const page = readPage(query, deps.now());
    const hidden = await hiddenRows(deps.ledger, project);
    const question = {
      hidden: notListed(hidden, query.archived),
      projectId: project,
      range: page.range,
      rank: query.rank,
      filter: parseErrorFilter([query.filter ?? []].flat()),
      recoveryWindowSeconds,
      segment: await findSegment(deps, project, { segment: query.segment, to: page.range.to }),
    };
    const [{ groups, totals }, active, crashedSessions] = await Promise.all([
      rankErrors(deps.warehouse, question),
      countActive(deps.warehouse, question),
      countCrashed(deps.warehouse, question),
    ]);
    const end = page.offset + query.limit;
    return context.json(
      {
        items: await describeErrors(deps, question, groups.slice(page.offset, end)),
        nextCursor: end < groups.length ? encodeCursor({ offset: end, ...isoRange(page.range) }) : null,
        totals: { ...totals, ...active, crashedSessions, archivedGroups: countArchived(hidden) },
        ...isoRange(page.range),
      },
      200,
    );
  });
  return api.route("/", createDetailRoute(deps));
}

function notListed(hidden: readonly GroupRow[], withArchived: boolean): string[] {
  const rows = withArchived ? hidden.filter(({ isDiscarded }) => isDiscarded) : hidden;
  return rows.map(({ fingerprint }) => fingerprint);
}

const countArchived = (hidden: readonly GroupRow[]) =>
  hidden.filter(({ archive }) => archive !== null).length;

function createDetailRoute(deps: Deps) {
  const symbolicate = createSymbolicate(deps);
  return newApi().openapi(detail, async (context) => {
    const { project, fingerprint } = context.req.valid("param");
    const { recoveryWindowSeconds, traceUrlTemplate } = await requireProject(deps.ledger, project);
    const query = context.req.valid("query");
    const range = toRange(query, deps.now());
    const group = await groupOf(deps.ledger, { projectId: project, fingerprint });
    const hidden = (await hiddenRows(deps.ledger, project)).map((row) => row.fingerprint);
    const scope = {
      projectId: project,
      range,
      filter: {},
      recoveryWindowSeconds,
      rank: "blocked" as const,
      segment: await findSegment(deps, project, { segment: query.segment, to: range.to }),
      hidden: hidden.filter((other) => other !== group),
    };
    const found = await describeError({ ...deps, symbolicate }, { scope, traceUrlTemplate }, group);
    if (found === undefined) throw noSuchGroup(fingerprint);
    return context.json(found, 200);
  });
}

function noSuchGroup(fingerprint: string): Problem {
  return new Problem(404, "No such thing", {
    detail: `There is no error group ${JSON.stringify(fingerprint)}`,
  });
}

/** Where the next page begins. It holds the range, so that a list up to "now" does not shift between its pages. */
const position = z.object({
  offset: z.number().int().min(1),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
});

type Page = { offset: number; range: Range };

function readPage(query: z.infer<typeof rangeQuery> & { cursor?: string | undefined }, now: Date): Page {
  if (query.cursor === undefined) return { offset: 0, range: toRange(query, now) };
  const { offset, from, to } = decodeCursor(query.cursor, position);
  return { offset, range: { from: new Date(from), to: new Date(to) } };
}

function isoRange({ from, to }: Range): { from: string; to: string } {
  return { from: from.toISOString(), to: to.toISOString() };
}
