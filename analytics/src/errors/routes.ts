import { createRoute, z } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { decodeCursor, encodeCursor } from "../http/cursor.ts";
import { json, needs, newApi, problems, projectParam } from "../http/api.ts";
import { rangeQuery, toRange, type Range } from "../http/range.ts";
import { requireProject } from "../http/require-project.ts";
import { errorRank, errorRanking } from "./error-group.ts";
import { parseErrorFilter } from "./filter.ts";
import { countCustomers, rankErrors, TOP } from "./query.ts";
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
      filter: z
        .union([z.string(), z.array(z.string())])
        .optional()
        .openapi({
          description:
            "`property:value`, repeatable; property is release, channel, audience, os, flow or environment. Values of one property are alternatives.",
        }),
    }),
  },
  responses: { 200: json(errorRanking.openapi("ErrorRanking"), "Error groups in rank order"), ...problems },
});

/** The errors of a project: the Top-50 and each group in detail. */
export function createErrorsRoutes(deps: Deps) {
  return newApi().openapi(list, async (context) => {
    const { project } = context.req.valid("param");
    const query = context.req.valid("query");
    const { recoveryWindowSeconds } = await requireProject(deps.ledger, project);
    const page =
      query.cursor === undefined
        ? { offset: 0, range: toRange(query, deps.now()) }
        : readPosition(query.cursor);
    const question = {
      projectId: project,
      range: page.range,
      rank: query.rank,
      filter: parseErrorFilter([query.filter ?? []].flat()),
      recoveryWindowSeconds,
    };
    const [{ groups, totals }, customers] = await Promise.all([
      rankErrors(deps.warehouse, question),
      countCustomers(deps.warehouse, question),
    ]);
    const end = page.offset + query.limit;
    return context.json(
      {
        items: await describeErrors(deps, question, groups.slice(page.offset, end)),
        nextCursor: end < groups.length ? encodeCursor({ offset: end, ...isoRange(page.range) }) : null,
        totals: { ...totals, customers },
        ...isoRange(page.range),
      },
      200,
    );
  });
}

/** Where the next page begins. It holds the range, so that a list up to "now" does not shift between its pages. */
const position = z.object({
  offset: z.number().int().min(1),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
});

function readPosition(cursor: string): { offset: number; range: Range } {
  const { offset, from, to } = decodeCursor(cursor, position);
  return { offset, range: { from: new Date(from), to: new Date(to) } };
}

function isoRange({ from, to }: Range): { from: string; to: string } {
  return { from: from.toISOString(), to: to.toISOString() };
}
