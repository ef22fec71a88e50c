import { linksOf, OWN_KEY, ofKeys, type Links, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { matchEvent } from "../filters/event-filter.ts";
import type { Range } from "../http/range.ts";
import { shareOf } from "../stats/share.ts";
import { activityByDay, BEGINNING, isAnyEvent } from "./activity.ts";
import type { FrequencyQuery, FrequencyResult } from "./frequency.ts";
import { firstDay, PERIOD_SQL, periodsOf, rangeAround, type Period } from "./period.ts";

interface FrequencyQuestion {
  projectId: string;
  timeZone: string;
  query: FrequencyQuery;
  now: Date;
}

/** How often customers are active, and who of them is new, stays, comes back and stays away, period by period; exact. */
export async function queryFrequency(
  warehouse: Warehouse,
  { projectId, timeZone, query, now }: FrequencyQuestion,
): Promise<FrequencyResult> {
  const asked = { from: new Date(query.from), to: new Date(query.to) };
  const moment = { from: now, to: new Date(now.getTime() + 1) };
  const touchedBy = (of: Period) => {
    const { first, last } = periodsOf(asked, timeZone, of);
    const current = periodsOf(moment, timeZone, of).first;
    return { first, last: Math.min(last, current), current };
  };
  const links = await linksOf(warehouse, projectId);
  const [periods, days] = [touchedBy(query.period), touchedBy("day")];
  const bound = { project: projectId, timeZone, first: periods.first, last: periods.last };
  // Who is new is told by all that is stored.
  const ever = { from: BEGINNING, to: rangeAround(periods.first, periods.last, query.period).to };
  const active = activeRows(query, ever, timeZone);
  const rows = await warehouse.query({
    name: "query-frequency",
    sql: lifecycleSql(active.sql, query.period, links),
    params: { ...active.params, ...bound },
    row: countRow,
    remembered: { project: projectId, until: ever.to },
  });
  const whole = Math.min(days.last, days.current - 1);
  const month = { first: whole - MONTH_DAYS + 1, last: whole };
  const daily = activeRows(query, rangeAround(month.first, month.last, "day"), timeZone);
  const [pairs] = await warehouse.query({
    name: "query-daily-of-monthly",
    sql: dailySql(daily.sql, links),
    params: { ...daily.params, ...bound, ...month },
    row: dailyRow,
  });
  return { ...toLifecycle(rows, { query, timeZone, ...periods }), daily: toDaily(pairs, month) };
}

const MONTH_DAYS = 30;

const countRow = z.object({
  at: z.number(),
  kind: z.enum(["new", "returning", "resurrecting", "dormant", "times"]),
  customers: z.number(),
});
const dailyRow = z.object({ pairs: z.number(), customers: z.number() });

function activeRows({ activity }: FrequencyQuery, range: Range, timeZone: string) {
  if (isAnyEvent(activity)) return activityByDay(range, timeZone);
  const { sql, params } = matchEvent(activity, "active");
  return {
    sql: `
    SELECT ${OWN_KEY} AS own_key, user_id = '' AS is_anonymous, time FROM events_v1
    WHERE project_id = {project: String} AND (${sql})
      AND time >= {activeFrom: DateTime64(3, 'UTC')} AND time < {activeTo: DateTime64(3, 'UTC')}`,
    params: { ...params, activeFrom: range.from, activeTo: range.to },
  };
}

/** Customers of each kind in each period, and of each number of periods (`times`) those who were active in as many. */
function lifecycleSql(active: string, period: Period, links: Links): string {
  const rows = `SELECT DISTINCT own_key, is_anonymous, ${PERIOD_SQL[period]} AS at FROM (${active})`;
  return `
  SELECT state.1 AS at, state.2 AS kind, toUInt32(count()) AS customers
  FROM (
    SELECT arrayFilter(at -> at >= {first: Int32}, lately) AS within,
      arrayJoin(arrayConcat(
        arrayMap(at -> (toInt32(at), multiIf(at = earliest, 'new', has(lately, at - 1), 'returning', 'resurrecting')), within),
        arrayMap(at -> (toInt32(at + 1), 'dormant'), arrayFilter(at -> at < {last: Int32} AND NOT has(lately, at + 1), lately)),
        if(empty(within), [], [(toInt32(length(within)), 'times')])
      )) AS state
    FROM (
      SELECT min(at) AS earliest, groupUniqArrayIf(at, at >= {first: Int32} - 1) AS lately
      FROM ${ofKeys(rows, links, "is_anonymous")}
      WHERE customer_key != 0 AND at <= {last: Int32} GROUP BY customer_key HAVING notEmpty(lately)
    )
  )
  GROUP BY at, kind`;
}

/** Pairs of a customer and a day on which they were active. */
function dailySql(active: string, links: Links): string {
  const rows = `SELECT DISTINCT own_key, is_anonymous, ${PERIOD_SQL.day} AS at FROM (${active})`;
  return `
  SELECT toUInt32(sum(days)) AS pairs, toUInt32(count()) AS customers
  FROM (
    SELECT uniqExact(at) AS days FROM ${ofKeys(rows, links, "is_anonymous")}
    WHERE customer_key != 0 AND at >= {first: Int32} AND at <= {last: Int32} GROUP BY customer_key
  )`;
}

function toLifecycle(
  rows: readonly z.infer<typeof countRow>[],
  frame: { query: FrequencyQuery; timeZone: string; first: number; last: number; current: number },
): Omit<FrequencyResult, "daily"> {
  const counts = new Map(rows.map(({ at, kind, customers }) => [`${at} ${kind}`, customers]));
  const of = (at: number, kind: z.infer<typeof countRow>["kind"]) => counts.get(`${at} ${kind}`) ?? 0;
  const many = Math.max(0, frame.last - frame.first + 1);
  const times = Array.from({ length: many }, (_, at) => at + 1);
  const customers = times.reduce((sum, at) => sum + of(at, "times"), 0);
  const { period } = frame.query;
  return {
    period,
    timeZone: frame.timeZone,
    customers,
    periods: times.map((nth) => {
      const at = frame.first + nth - 1;
      const active = {
        new: of(at, "new"),
        returning: of(at, "returning"),
        resurrecting: of(at, "resurrecting"),
      };
      const isOver = at < frame.current;
      return {
        from: firstDay(at, period),
        isOver,
        active: active.new + active.returning + active.resurrecting,
        ...active,
        dormant: isOver ? of(at, "dormant") : null,
      };
    }),
    stickiness: times.map((nth) => ({ periods: nth, share: shareOf(of(nth, "times"), customers) })),
  };
}

function toDaily(
  row: z.infer<typeof dailyRow> | undefined,
  { first, last }: { first: number; last: number },
): FrequencyResult["daily"] {
  if (row === undefined || row.customers === 0) return null;
  const dailyActive = row.pairs / MONTH_DAYS;
  return {
    from: firstDay(first, "day"),
    to: firstDay(last, "day"),
    dailyActive,
    monthlyActive: row.customers,
    dailyOfMonthly: dailyActive / row.customers,
  };
}
