import { linksOf, OWN_KEY, ofKeys, type Links, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { matchEvent } from "../filters/event-filter.ts";
import { shareOf } from "../stats/share.ts";
import { firstDay, PERIOD_SQL, periodsOf, rangeAround } from "./period.ts";
import type { RetentionQuery, RetentionResult } from "./retention.ts";

interface RetentionQuestion {
  projectId: string;
  timeZone: string;
  query: RetentionQuery;
  now: Date;
}

/** How many customers of each cohort come back in each period after it, exact, and their share with its 95 % interval. */
export async function queryRetention(
  warehouse: Warehouse,
  { projectId, timeZone, query, now }: RetentionQuestion,
): Promise<RetentionResult> {
  const touched = periodsOf({ from: new Date(query.from), to: new Date(query.to) }, timeZone, query.period);
  const current = periodsOf({ from: now, to: new Date(now.getTime() + 1) }, timeZone, query.period).first;
  const cohorts = { first: touched.first, last: Math.min(touched.last, current) };
  const { start, returning } = {
    start: matchEvent(query.start, "start"),
    returning: matchEvent(query.returning, "return"),
  };
  const scanned = rangeAround(cohorts.first, cohorts.last + query.periods, query.period);
  const params = {
    ...start.params,
    ...returning.params,
    ...scanned,
    ...cohorts,
    project: projectId,
    timeZone,
    periods: query.periods,
  };
  const sql = countsSql(
    query,
    { start: start.sql, returning: returning.sql },
    await linksOf(warehouse, projectId),
  );
  const rows = await warehouse.query({ name: "query-retention", sql, params, row: countRow });
  return toResult(rows, { query, cohorts, current, timeZone });
}

const countRow = z.object({ cohort: z.number(), after: z.number(), customers: z.number() });
type Count = z.infer<typeof countRow>;

/** Customers of each cohort (`after` 0) and who of them returned so many periods after; sets of periods make copies of events no matter. */
function countsSql(
  { cohort, period }: RetentionQuery,
  { start, returning }: { start: string; returning: string },
  links: Links,
): string {
  const isFirst = cohort === "first";
  // Whoever started before the range is in no cohort of first starts, so these look back to the beginning.
  const inRange = "time >= {from: DateTime64(3, 'UTC')}";
  const rows = `
      SELECT ${OWN_KEY} AS own_key, user_id = '' AS is_anonymous, ${PERIOD_SQL[period]} AS at,
        max((${start})) AS has_started, max((${returning})) AS has_returned
      FROM events_v1
      WHERE project_id = {project: String} AND time < {to: DateTime64(3, 'UTC')}
        AND (((${start})${isFirst ? "" : ` AND ${inRange}`}) OR ((${returning}) AND ${inRange}))
      GROUP BY own_key, is_anonymous, at`;
  return `
  SELECT cohort, after, toUInt32(count()) AS customers
  FROM (
    SELECT cohort, arrayJoin(arrayConcat([toInt32(0)], arrayFilter(n -> n >= 1 AND n <= {periods: Int32}, arrayMap(
      at -> toInt32(at - cohort), returns)))) AS after
    FROM (
      SELECT arrayJoin(${isFirst ? "[arrayMin(starts)]" : "starts"}) AS cohort, returns
      FROM (
        SELECT groupUniqArrayIf(at, has_started) AS starts, groupUniqArrayIf(at, has_returned) AS returns
        FROM ${ofKeys(rows, links, "is_anonymous")}
        WHERE customer_key != 0 GROUP BY customer_key HAVING notEmpty(starts)
      )
    )
    WHERE cohort >= {first: Int32} AND cohort <= {last: Int32}
  )
  GROUP BY cohort, after`;
}

interface Frame {
  query: RetentionQuery;
  cohorts: { first: number; last: number };
  /** The period that now lies in. */
  current: number;
  timeZone: string;
}

function toResult(rows: readonly Count[], { query, cohorts, current, timeZone }: Frame): RetentionResult {
  const counts = new Map(rows.map((row) => [`${row.cohort} ${row.after}`, row.customers]));
  const countOf = (cohort: number, after: number) => counts.get(`${cohort} ${after}`) ?? 0;
  const numbers = Array.from(
    { length: Math.max(0, cohorts.last - cohorts.first + 1) },
    (_, at) => cohorts.first + at,
  );
  const afters = Array.from({ length: query.periods }, (_, at) => at + 1);
  const cellOf = (cohort: number, after: number) => {
    const state = stateOf(cohort + after, current);
    const returned = countOf(cohort, after);
    return {
      from: firstDay(cohort + after, query.period),
      state,
      returned: state === "ahead" ? null : returned,
      share: state === "over" ? shareOf(returned, countOf(cohort, 0)) : null,
    };
  };
  return {
    period: query.period,
    timeZone,
    cohorts: numbers.map((cohort) => ({
      from: firstDay(cohort, query.period),
      isOver: cohort < current,
      size: countOf(cohort, 0),
      periods: afters.map((after) => cellOf(cohort, after)),
    })),
    totals: afters.map((after) => {
      const over = numbers.filter((cohort) => cohort + after < current);
      const sum = (at: number) => over.reduce((total, cohort) => total + countOf(cohort, at), 0);
      return shareOf(sum(after), sum(0));
    }),
  };
}

function stateOf(period: number, current: number): "over" | "running" | "ahead" {
  if (period < current) return "over";
  return period === current ? "running" : "ahead";
}
