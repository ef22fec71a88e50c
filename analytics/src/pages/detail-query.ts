import { GROUPED_ERRORS, linksOf, ofCustomers, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { daysOf, partialDays } from "../stats/days.ts";
import type { PageDetail } from "./page.ts";
import { scopeParams, scopeSql, templatesSql, trailsSql, type PagesScope } from "./visits.ts";

const MOST = 20;

interface PageScope extends PagesScope {
  /** A template, as the map has it. */
  page: string;
  timeZone: string;
}

/** What comes before and after one page, what was searched for, what goes wrong on it, and its course. */
export async function describePage(
  warehouse: Warehouse,
  scope: PageScope,
): Promise<Omit<PageDetail, "numbers">> {
  const { page } = scope;
  const { days, ...around } = await queryAround(warehouse, scope);
  const counted = new Map(days);
  const partial = partialDays(scope.range, scope.timeZone);
  return {
    page,
    ...around,
    errors: await queryErrors(warehouse, scope),
    days: daysOf(scope.range, scope.timeZone).map((day) => ({
      day,
      visits: counted.get(day) ?? 0,
      isPartial: partial.has(day),
    })),
  };
}

const aroundRow = z.object({
  part: z.enum(["before", "after", "searches", "days"]),
  label: z.string(),
  visits: z.number(),
  searched: z.number(),
});

/** Every visit once in each part. */
async function queryAround(warehouse: Warehouse, scope: PageScope) {
  const sql = `
  SELECT part, label, toUInt32(count()) AS visits, toUInt32(countIf(is_searched)) AS searched
  FROM (
    SELECT tupleElement(said, 1) AS part, tupleElement(said, 2) AS label, tupleElement(said, 3) AS is_searched
    FROM (
      SELECT arrayJoin([
        ('before', before, visit.3), ('after', after, searches_next), ('searches', lowerUTF8(visit.5), visit.3),
        ('days', toString(toDate(visit.1, {timeZone: String})), visit.3)]) AS said
      FROM ${trailsSql(scope, "{page: String}")}
      ARRAY JOIN trail AS visit, arrayPopBack(arrayPushFront(trail.4, '')) AS before,
        arrayPopFront(arrayPushBack(trail.4, '')) AS after, arrayPopFront(arrayPushBack(trail.3, 0)) AS searches_next
      WHERE visit.4 = {page: String}
    )
    WHERE part != 'searches' OR is_searched
  )
  GROUP BY part, label ORDER BY visits DESC, label`;
  const params = { ...scopeParams(scope), page: scope.page, timeZone: scope.timeZone };
  const rows = await warehouse.query({ name: "page-around", sql, params, row: aroundRow });
  const partOf = (part: z.infer<typeof aroundRow>["part"]) => rows.filter((row) => row.part === part);
  const neighbours = (part: "before" | "after") =>
    partOf(part)
      .slice(0, MOST)
      .map(({ label, visits, searched }) => ({ page: label || null, visits, bySearch: searched }));
  return {
    before: neighbours("before"),
    after: neighbours("after"),
    searches: partOf("searches")
      .slice(0, MOST)
      .map(({ label, visits }) => ({ query: label, visits })),
    days: partOf("days").map(({ label, visits }) => [label, visits] as const),
  };
}

const errorRow = z.object({
  fingerprint: z.string(),
  title: z.string(),
  errors: z.number(),
  customers: z.number(),
});

async function queryErrors(warehouse: Warehouse, scope: PageScope): Promise<z.infer<typeof errorRow>[]> {
  const rows = `
    SELECT customer_id, is_anonymous, event_id, fingerprint, title FROM ${GROUPED_ERRORS}
    WHERE ${scopeSql(scope)} AND page IN (SELECT page FROM ${templatesSql(scope, "error_events_v1")} WHERE template = {page: String})`;
  const sql = `
  SELECT fingerprint, any(title) AS title, toUInt32(uniqExact(event_id)) AS errors,
    toUInt32(uniqExactIf(customer_key, customer_key != 0)) AS customers
  FROM ${ofCustomers(rows, await linksOf(warehouse, scope.projectId), "is_anonymous")}
  GROUP BY fingerprint ORDER BY customers DESC, errors DESC, fingerprint LIMIT ${MOST}`;
  const params = { ...scopeParams(scope), page: scope.page };
  return warehouse.query({ name: "page-errors-of", sql, params, row: errorRow });
}
