import { linksOf, ofCustomers, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import type { Counts, Link, PageMap } from "./page-map.ts";
import { FEWEST_STEPS, findStart, type Names } from "./start-query.ts";
import { IS_VIEW, scopeParams, scopeSql, templatesSql, trailsSql, type PagesScope } from "./visits.ts";

/** As many taps, or more, are told as this many. */
const MOST_TAPS = 30;
/** Of more views, one session in so many is read that about as many are. */
const MOST_VIEWS = 1_000_000;

interface Asked {
  /** The page that taps are counted from; by default where most sessions begin. */
  start?: string | undefined;
  mostViews?: number;
}

/** All that is known of each page of the scope. */
export async function queryPageMap(
  warehouse: Warehouse,
  all: PagesScope,
  { start, mostViews = MOST_VIEWS }: Asked,
): Promise<PageMap> {
  const views = await countViews(warehouse, all);
  const names = await queryNames(warehouse, all);
  const scope = { ...all, oneIn: Math.max(1, Math.ceil(views / mostViews)) };
  const startPage = start ?? (await findStart(warehouse, scope, { views, names }));
  const { counts, links } = await queryCounts(warehouse, scope, { start: startPage ?? "", names });
  const customersOf = await queryCustomers(warehouse, scope);
  const errorsOf = await queryErrors(warehouse, scope);
  return {
    startPage,
    oneIn: scope.oneIn,
    links,
    pages: counts.map((page) => ({
      ...page,
      customers: customersOf.get(page.page) ?? 0,
      errors: errorsOf.get(page.page)?.errors ?? 0,
      errorCustomers: errorsOf.get(page.page)?.customers ?? 0,
    })),
  };
}

async function countViews(warehouse: Warehouse, scope: PagesScope): Promise<number> {
  const sql = `SELECT count() AS views FROM events_v1 WHERE ${scopeSql(scope)} AND ${IS_VIEW}`;
  const row = z.object({ views: z.number() });
  const [counted] = await warehouse.query({ name: "page-views", sql, params: scopeParams(scope), row });
  return counted?.views ?? 0;
}

async function queryNames(warehouse: Warehouse, scope: PagesScope): Promise<Names> {
  const sql = `SELECT DISTINCT toString(page_key) AS key, template AS page FROM ${templatesSql(scope)}`;
  const row = z.object({ key: z.string(), page: z.string() });
  const rows = await warehouse.query({ name: "page-names", sql, params: scopeParams(scope), row });
  return new Map(rows.map(({ key, page }) => [key, page]));
}

const countsRow = z.object({
  key: z.string(),
  visits: z.number(),
  sessions: z.number(),
  entrances: z.number(),
  bounces: z.number(),
  exits: z.number(),
  searches: z.number(),
  /** Milliseconds: the median and the 90th percentile. */
  times: z.tuple([z.number(), z.number()]),
  /** Of sessions that came to the page: taps, whether by search, and how many. */
  ways: z.array(z.tuple([z.number(), z.number(), z.number()])),
  /** The keys of the pages that customers came from, and the steps. */
  sources: z.array(z.tuple([z.string(), z.number()])),
});

/** Taps of a session that had not been at the start page. */
const UNTOLD = MOST_TAPS + 1;
const SEARCHED = 32;

async function queryCounts(
  warehouse: Warehouse,
  scope: PagesScope,
  { start, names }: { start: string; names: Names },
): Promise<{ counts: Counts[]; links: Link[] }> {
  const params = { ...scopeParams(scope), start };
  const rows = await warehouse.query({ name: "page-counts", sql: countsSql(scope), params, row: countsRow });
  const nameOf = (key: string) => names.get(key) ?? "";
  return {
    counts: rows.map((row) => ({ page: nameOf(row.key), ...toCounts(row) })),
    links: rows.flatMap(({ key, sources }) =>
      sources.map(([source, steps]) => ({ source: nameOf(source), target: nameOf(key), steps })),
    ),
  };
}

function toCounts(row: z.infer<typeof countsRow>): Omit<Counts, "page"> {
  const { visits, sessions, entrances, bounces, exits, searches, times, ways } = row;
  const isTimed = visits > exits;
  return {
    visits,
    sessions,
    entrances,
    bounces,
    exits,
    searches,
    medianSeconds: isTimed ? times[0] / 1000 : null,
    p90Seconds: isTimed ? times[1] / 1000 : null,
    ways: ways.map(([taps, searched, number]) => ({
      taps: taps === UNTOLD ? null : taps,
      bySearch: searched === 1,
      sessions: number,
    })),
  };
}

const countsSql = (scope: PagesScope) => `
  SELECT toString(page_key) AS key, visits, sessions, entrances, bounces, exits, searches, times,
    arrayMap((code, number) -> (toUInt8(code % ${SEARCHED}), toUInt8(intDiv(code, ${SEARCHED})), number), coded.1, coded.2) AS ways,
    arrayFilter(source -> source.2 >= ${FEWEST_STEPS}, arrayMap((source, steps) -> (toString(source), steps), stepped.1, stepped.2)) AS sources
  FROM (
    SELECT visit.2 AS page_key, toUInt32(count()) AS visits, toUInt32(countIf(nth = 1)) AS sessions,
      toUInt32(countIf(at = 1)) AS entrances, toUInt32(countIf(last = 1)) AS bounces,
      toUInt32(countIf(at = last)) AS exits, toUInt32(countIf(visit.3)) AS searches,
      quantilesExactIf(0.5, 0.9)(until - toUnixTimestamp64Milli(visit.1), at < last) AS times,
      sumMapIf([toUInt8(visit.3 * ${SEARCHED} + if(start_at = 0, ${UNTOLD}, least(at - start_at, ${MOST_TAPS})))], [toUInt32(1)], nth = 1 AND at > 1) AS coded,
      sumMapIf([before], [toUInt32(1)], at > 1 AND NOT visit.3) AS stepped
    FROM (
      SELECT trail, length(trail) AS last,
        arrayFill(at -> at != 0, arrayMap((visit, at) -> if(visit.2 = sipHash64({start: String}), at, 0), trail, arrayEnumerate(trail))) AS starts,
        arrayPopFront(arrayPushBack(arrayMap(visit -> toUnixTimestamp64Milli(visit.1), trail), 0)) AS nexts,
        arrayPopBack(arrayPushFront(trail.2, toUInt64(0))) AS befores
      FROM ${trailsSql(scope)}
    )
    ARRAY JOIN trail AS visit, arrayEnumerate(trail) AS at, arrayEnumerateUniq(trail.2) AS nth, starts AS start_at, nexts AS until, befores AS before
    GROUP BY page_key
  )`;

/** Of one customer in so many, as sessions: to find those of one session in so many would miss who comes often. */
async function queryCustomers(warehouse: Warehouse, scope: PagesScope): Promise<Map<string, number>> {
  const oneIn = scope.oneIn ?? 1;
  const rows = `
    SELECT customer_id, user_id = '' AS is_anonymous, page FROM events_v1
    WHERE ${scopeSql(scope)} AND session_id != '' AND ${IS_VIEW}`;
  const sql = `
  SELECT template AS page, toUInt32(uniqExact(customer_key)) AS customers
  FROM (
    SELECT customer_key, page FROM ${ofCustomers(rows, await linksOf(warehouse, scope.projectId), "is_anonymous")}
    WHERE customer_key != 0 AND customer_key % {one_in: UInt32} = 0
  ) AS stored
  LEFT ANY JOIN ${templatesSql(scope)} AS templates USING (page)
  GROUP BY template`;
  const row = z.object({ page: z.string(), customers: z.number() });
  const found = await warehouse.query({ name: "page-customers", sql, params: scopeParams(scope), row });
  return new Map(found.map(({ page, customers }) => [page, customers * oneIn]));
}

const errorsRow = z.object({ page: z.string(), errors: z.number(), customers: z.number() });

async function queryErrors(
  warehouse: Warehouse,
  scope: PagesScope,
): Promise<Map<string, z.infer<typeof errorsRow>>> {
  const rows = `
    SELECT customer_id, is_anonymous, event_id, page FROM error_events_v1 WHERE ${scopeSql(scope)} AND page != ''`;
  const sql = `
  SELECT template AS page, toUInt32(uniqExact(event_id)) AS errors,
    toUInt32(uniqExactIf(customer_key, customer_key != 0)) AS customers
  FROM ${ofCustomers(rows, await linksOf(warehouse, scope.projectId), "is_anonymous")} AS stored
  LEFT ANY JOIN ${templatesSql(scope, "error_events_v1")} AS templates USING (page)
  GROUP BY template`;
  const found = await warehouse.query({
    name: "page-errors",
    sql,
    params: scopeParams(scope),
    row: errorsRow,
  });
  return new Map(found.map((row) => [row.page, row]));
}
