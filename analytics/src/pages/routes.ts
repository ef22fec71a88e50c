import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { json, needs, newApi, problems, projectParam, type ApiEnv } from "../http/api.ts";
import { decodeCursor, encodeCursor, pageQuery } from "../http/cursor.ts";
import { rangeQuery, toRange, type Range } from "../http/range.ts";
import { requireProject } from "../http/require-project.ts";
import { describePage } from "./detail-query.ts";
import { createKeptMaps } from "./kept-maps.ts";
import { listHidden, listPages, listUnwanted } from "./lists.ts";
import type { PageMap } from "./page-map.ts";
import { hiddenList, pageColumn, pageDetail, pageList, pagesFilter, unwantedList } from "./page.ts";

const name = z.string().min(1).max(1024);

const start = name
  .optional()
  .openapi({ description: "The page that taps are counted from; by default where most sessions begin" });

const listQuery = rangeQuery.extend({
  ...pagesFilter.shape,
  ...pageQuery.shape,
  q: z
    .string()
    .max(256)
    .default("")
    .openapi({ description: "Only pages whose name contains it, in any case" }),
  start,
});
type ListQuery = z.infer<typeof listQuery>;

const about = { method: "get" as const, tags: ["pages"], middleware: needs("read") };

const list = createRoute({
  ...about,
  path: "/projects/{project}/pages",
  summary: "The page map: visits, ways, exits, errors and time of each page",
  request: {
    params: projectParam,
    query: listQuery.extend({
      sort: pageColumn.default("visits"),
      order: z.enum(["asc", "desc"]).default("desc"),
    }),
  },
  responses: { 200: json(pageList.openapi("PageList"), "Pages"), ...problems },
});

const hidden = createRoute({
  ...about,
  path: "/projects/{project}/pages/hidden",
  summary: "Wanted but hidden: pages that customers search for or come to by detours",
  request: {
    params: projectParam,
    query: listQuery.extend({
      near: z.coerce.number().int().min(1).max(10).default(1).openapi({
        description: "Taps from the start page that count as not hidden, and that savings are told for",
      }),
    }),
  },
  responses: { 200: json(hiddenList.openapi("HiddenPageList"), "The most taps to save first"), ...problems },
});

const unwanted = createRoute({
  ...about,
  path: "/projects/{project}/pages/unwanted",
  summary: "Shown but unwanted: pages that are linked where many pass and few follow",
  request: { params: projectParam, query: listQuery },
  responses: { 200: json(unwantedList.openapi("UnwantedPageList"), "Most passed by first"), ...problems },
});

const detail = createRoute({
  ...about,
  path: "/projects/{project}/pages/detail",
  summary: "One page: what comes before and after, searches, errors, days",
  request: { params: projectParam, query: rangeQuery.extend({ ...pagesFilter.shape, page: name, start }) },
  responses: { 200: json(pageDetail.openapi("PageDetail"), "The page"), ...problems },
});

const BY_VISITS = { sort: "visits", order: "desc" } as const;

/** The map of a project's pages, what is hidden or unwanted among them, and each in detail. */
export function createPagesRoutes(deps: Deps): OpenAPIHono<ApiEnv> {
  const api = newApi();
  const mapOf = createKeptMaps(deps.warehouse, deps.now);
  const find = async (projectId: string, query: ListQuery) => {
    await requireProject(deps.ledger, projectId);
    const at = readPosition(query, deps.now());
    const map = await mapOf({ projectId, range: at.range, filter: pagesFilter.parse(query) }, query.start);
    return {
      map,
      tell: <T extends { page: string }>(items: T[]) => tellPart(items, query, { ...at, ...map }),
    };
  };
  api.openapi(list, async (context) => {
    const query = context.req.valid("query");
    const { map, tell } = await find(context.req.valid("param").project, query);
    return context.json(tell(listPages(map, query)), 200);
  });
  api.openapi(hidden, async (context) => {
    const query = context.req.valid("query");
    const { map, tell } = await find(context.req.valid("param").project, query);
    return context.json(tell(listHidden(map, query.near)), 200);
  });
  api.openapi(unwanted, async (context) => {
    const { map, tell } = await find(context.req.valid("param").project, context.req.valid("query"));
    const { items, threshold } = listUnwanted(map);
    return context.json({ ...tell(items), threshold }, 200);
  });
  return api.route("/", createDetailRoute(deps, mapOf));
}

function createDetailRoute(deps: Deps, mapOf: ReturnType<typeof createKeptMaps>) {
  return newApi().openapi(detail, async (context) => {
    const { project } = context.req.valid("param");
    const query = context.req.valid("query");
    const { timeZone } = await requireProject(deps.ledger, project);
    const scope = {
      projectId: project,
      range: toRange(query, deps.now()),
      filter: pagesFilter.parse(query),
    };
    const numbers = listPages(await mapOf(scope, query.start), BY_VISITS).find(
      ({ page }) => page === query.page,
    );
    const described = await describePage(deps.warehouse, { ...scope, page: query.page, timeZone });
    return context.json({ ...described, numbers: numbers ?? null }, 200);
  });
}

/** Where the next part of a list begins. It holds the range, so that a list up to "now" does not shift between its parts. */
const position = z.object({
  offset: z.number().int().min(1),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
});

interface Position {
  offset: number;
  range: Range;
}

function readPosition(query: ListQuery, now: Date): Position {
  if (query.cursor === undefined) return { offset: 0, range: toRange(query, now) };
  const { offset, ...range } = decodeCursor(query.cursor, position);
  return { offset, range: toRange(range, now) };
}

function tellPart<T extends { page: string }>(
  items: T[],
  { q, limit }: ListQuery,
  { offset, range, startPage, oneIn }: Position & Pick<PageMap, "startPage" | "oneIn">,
) {
  const text = q.trim().toLowerCase();
  const found = items.filter(({ page }) => page.toLowerCase().includes(text));
  const end = offset + limit;
  const iso = { from: range.from.toISOString(), to: range.to.toISOString() };
  return {
    items: found.slice(offset, end),
    nextCursor: end < found.length ? encodeCursor({ offset: end, ...iso }) : null,
    startPage,
    oneIn,
    total: found.length,
    ...iso,
  };
}
