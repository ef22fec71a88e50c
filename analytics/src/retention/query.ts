import { linksOf, OWN_KEY, ofKeys, type Links, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { matchEvent } from "../filters/event-filter.ts";
import { andInSegment, type SegmentFilter } from "../filters/segment-filter.ts";
import type { Range } from "../http/range.ts";
import { activityByDay, BEGINNING, isAnyEvent } from "./activity.ts";
import { PERIOD_SQL, periodsOf, rangeAround } from "./period.ts";
import { toResult } from "./result.ts";
import type { Breakdown, RetentionQuery, RetentionResult } from "./retention.ts";

interface RetentionQuestion {
  projectId: string;
  timeZone: string;
  query: RetentionQuery;
  now: Date;
  /** Only its customers count. */
  segment?: SegmentFilter | undefined;
}

/** How many customers of each cohort come back in each period after it, exact, and their share with its 95 % interval. */
export async function queryRetention(
  warehouse: Warehouse,
  question: RetentionQuestion,
): Promise<RetentionResult> {
  const { projectId, timeZone, query, now, segment } = question;
  const touched = periodsOf({ from: new Date(query.from), to: new Date(query.to) }, timeZone, query.period);
  const current = periodsOf({ from: now, to: new Date(now.getTime() + 1) }, timeZone, query.period).first;
  const cohorts = { first: touched.first, last: Math.min(touched.last, current) };
  const scanned = rangeAround(cohorts.first, cohorts.last + query.periods, query.period);
  const moments = momentsOf(query, scanned, timeZone);
  const people = { links: await linksOf(warehouse, projectId), segment };
  const sql = countsSql(query, moments.sql, people);
  const params = {
    ...moments.params,
    ...cohorts,
    project: projectId,
    timeZone,
    periods: query.periods,
    ...segment?.params,
  };
  const remembered = { project: projectId, until: scanned.to };
  const rows = await warehouse.query({ name: "query-retention", sql, params, row: countRow, remembered });
  return toResult(rows, { query, cohorts, current, timeZone });
}

const countRow = z.object({
  cohort: z.number(),
  segment: z.string(),
  after: z.number(),
  customers: z.number(),
});

const COLUMN_OF: Record<Breakdown, "channel" | "audience" | "os_name" | "service_version"> = {
  channel: "channel",
  audience: "audience",
  os: "os_name",
  release: "service_version",
};

/** Starts and returns, each from the aggregate where it asks for any event, as rows of `own_key`, `is_anonymous`, `time`, `segment`, `is_start`, `is_return`. */
function momentsOf(
  query: RetentionQuery,
  range: Range,
  timeZone: string,
): { sql: string; params: Record<string, unknown> } {
  // Whoever started before the range is in no cohort of first starts, so these look back to the beginning.
  const begin = query.cohort === "first" ? BEGINNING : range.from;
  const [anyStart, anyReturn] = [isAnyEvent(query.start), isAnyEvent(query.returning)];
  const parts: { sql: string; params: Record<string, unknown> }[] = [];
  const segment = query.breakdown && COLUMN_OF[query.breakdown];
  if (anyStart || anyReturn) {
    const since = anyStart ? begin : range.from;
    const asked = { columns: segment === undefined ? [] : [segment] };
    const { sql, params } = activityByDay({ from: since, to: range.to }, timeZone, asked);
    const rows = `SELECT own_key, is_anonymous, time, ${segment ?? "''"} AS segment, ${anyStart} AS is_start, ${anyReturn} AS is_return FROM (${sql})`;
    parts.push({ sql: rows, params });
  }
  if (!anyStart || !anyReturn) {
    const start = anyStart ? { sql: "false", params: {} } : matchEvent(query.start, "start");
    const back = anyReturn ? { sql: "false", params: {} } : matchEvent(query.returning, "return");
    const sql = `
      SELECT ${OWN_KEY} AS own_key, user_id = '' AS is_anonymous, time, ${segment ?? "''"} AS segment, (${start.sql}) AS is_start, (${back.sql}) AS is_return
      FROM events_v1
      WHERE project_id = {project: String} AND time < {to: DateTime64(3, 'UTC')}
        AND (((${start.sql}) AND time >= {begin: DateTime64(3, 'UTC')}) OR ((${back.sql}) AND time >= {from: DateTime64(3, 'UTC')}))`;
    parts.push({ sql, params: { ...start.params, ...back.params, ...range, begin } });
  }
  return {
    sql: parts.map(({ sql }) => sql).join(" UNION ALL "),
    params: Object.assign({}, ...parts.map(({ params }) => params)) as Record<string, unknown>,
  };
}

/** Customers of each cohort (`after` 0) and who of them returned so many periods after; sets of periods make copies of events no matter. */
function countsSql(
  { cohort, period, breakdown }: RetentionQuery,
  moments: string,
  { links, segment }: { links: Links; segment: SegmentFilter | undefined },
): string {
  const isTold = breakdown !== undefined;
  const start = isTold ? "(at, began.1, began.2)" : "tuple(at)";
  // A start's hour, since the aggregate knows no minutes.
  const began = isTold ? ", minIf((toStartOfHour(time), segment), is_start) AS began" : "";
  const rows = `
      SELECT own_key, is_anonymous, ${PERIOD_SQL[period]} AS at, max(is_start) AS has_started, max(is_return) AS has_returned${began}
      FROM (${moments})
      GROUP BY own_key, is_anonymous, at`;
  return `
  SELECT cohort, segment, after, toUInt32(count()) AS customers
  FROM (
    SELECT cohort, segment, arrayJoin(arrayConcat([toInt32(0)], arrayFilter(n -> n >= 1 AND n <= {periods: Int32}, arrayMap(
      at -> toInt32(at - cohort), returns)))) AS after
    FROM (
      SELECT arrayJoin(${cohort === "first" ? "[earliest]" : EARLIEST_OF_PERIODS}) AS start, start.1 AS cohort, ${isTold ? "toString(start.3)" : "''"} AS segment, arrayDistinct(returned) AS returns
      FROM (
        SELECT ${cohort === "first" ? `minIf(${start}, has_started) AS earliest` : `groupArrayIf(${start}, has_started) AS starts`},
          groupArrayIf(at, has_returned) AS returned
        FROM ${ofKeys(rows, links, "is_anonymous")}
        WHERE customer_key != 0${andInSegment(segment)} GROUP BY customer_key HAVING max(has_started)
      )
    )
    WHERE cohort >= {first: Int32} AND cohort <= {last: Int32}
  )
  GROUP BY cohort, segment, after`;
}

/** Of a customer's starts, told by period, hour and segment, the earliest of each period. */
const EARLIEST_OF_PERIODS =
  "arrayMap(nth -> arraySort(starts)[nth], arrayFilter(nth -> nth = 1 OR arraySort(starts)[nth].1 != arraySort(starts)[nth - 1].1, arrayEnumerate(starts)))";
