import { GROUPED_ERRORS, linksOf, OWN_KEY, ofKeys, type Links, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { stratifiedGap } from "../stats/mantel-haenszel.ts";
import { shareGap, shareOf } from "../stats/share.ts";
import { activityByDay } from "./activity.ts";
import type { ExposureQuery, ExposureResult } from "./exposure.ts";
import { firstDay, PERIOD_SQL, periodsOf, rangeAround } from "./period.ts";

interface ExposureQuestion {
  projectId: string;
  timeZone: string;
  query: ExposureQuery;
  now: Date;
}

/** Days before in which a customer's activity is counted. */
const PRIOR_DAYS = 14;

/** Who met an error as compared with who did not: whether they return, among customers who were as active before. */
export async function queryExposure(
  warehouse: Warehouse,
  { projectId, timeZone, query, now }: ExposureQuestion,
): Promise<ExposureResult> {
  const asked = periodsOf({ from: new Date(query.from), to: new Date(query.to) }, timeZone, "day");
  const today = periodsOf({ from: now, to: new Date(now.getTime() + 1) }, timeZone, "day").first;
  const known = Math.min(asked.last, today - 1 - query.withinDays);
  const range = rangeAround(asked.first - PRIOR_DAYS, asked.last + query.withinDays, "day");
  const active = activityByDay(range, timeZone);
  const bound = { ...active.params, project: projectId, timeZone, last: asked.last };
  // A day before anybody was there would be drawn in vain.
  const first = await firstActiveDay(warehouse, active.sql, { ...bound, first: asked.first });
  const inFlow =
    query.flow === undefined ? undefined : activityByDay(range, timeZone, { flows: [query.flow] });
  const rows = await warehouse.query({
    name: "query-exposure",
    sql: exposureSql(active.sql, inFlow?.sql, await linksOf(warehouse, projectId)),
    params: {
      ...bound,
      ...inFlow?.params,
      fingerprint: query.fingerprint,
      first,
      known,
      span: Math.max(1, known - first + 1),
      within: query.withinDays,
    },
    row: unitRow,
    remembered: { project: projectId, until: range.to },
  });
  return {
    ...toComparison(rows),
    fingerprint: query.fingerprint,
    flow: query.flow ?? null,
    withinDays: query.withinDays,
    timeZone,
    days: known < first ? null : { from: firstDay(first, "day"), to: firstDay(known, "day") },
  };
}

/** `bound` are the parameters of `active`, and the earliest day that is asked for, as `first`. */
async function firstActiveDay(
  warehouse: Warehouse,
  active: string,
  bound: Record<string, unknown> & { first: number },
): Promise<number> {
  const [earliest] = await warehouse.query({
    name: "query-exposure-begin",
    sql: `SELECT min(${PERIOD_SQL.day}) AS day FROM (${active}) WHERE ${PERIOD_SQL.day} >= {first: Int32}`,
    params: bound,
    row: z.object({ day: z.number() }),
  });
  return Math.max(bound.first, earliest?.day ?? 0);
}

const unitRow = z.object({
  kind: z.enum(["exposed", "other", "waiting"]),
  /** The day looked at. */
  day: z.number(),
  /** Days before on which they were active. */
  before: z.number(),
  customers: z.number(),
  returned: z.number(),
});

/**
 * Of each customer at most two moments: the first day of the range on which they met the error, and one day drawn for them, if
 * they were active on it and had not met the error by then. To draw before looking, rather than from the days on which they were
 * active, is what makes the others' days as many as they have: else who comes often and who came once would count the same.
 */
function exposureSql(active: string, inFlow: string | undefined, links: Links): string {
  const day = PERIOD_SQL.day;
  const rows = `
      SELECT own_key, is_anonymous, at, max(in_scope) AS was_in_scope, max(is_met) AS has_met, max(is_activity) AS was_active FROM (
        SELECT own_key, is_anonymous, ${day} AS at, ${inFlow === undefined} AS in_scope, false AS is_met, true AS is_activity FROM (${active})
        ${inFlow === undefined ? "" : `UNION ALL SELECT own_key, is_anonymous, ${day} AS at, true AS in_scope, false AS is_met, false AS is_activity FROM (${inFlow})`}
        UNION ALL SELECT ${OWN_KEY} AS own_key, is_anonymous, ${day} AS at, false AS in_scope, true AS is_met, false AS is_activity FROM ${GROUPED_ERRORS}
        WHERE fingerprint = {fingerprint: String} AND time >= {activeFrom: DateTime64(3, 'UTC')} AND time < {activeTo: DateTime64(3, 'UTC')}
          ${inFlow === undefined ? "" : "AND flow IN {activeFlows: Array(String)}"}
      )
      GROUP BY own_key, is_anonymous, at`;
  return `
  SELECT moment.1 AS kind, moment.2 AS day, toUInt32(arrayCount(at -> at >= moment.2 - ${PRIOR_DAYS} AND at < moment.2, days)) AS before,
    toUInt32(count()) AS customers, toUInt32(countIf(arrayExists(at -> at > moment.2 AND at <= moment.2 + {within: Int32}, days))) AS returned
  FROM (
    SELECT days, arrayJoin(arrayFilter(moment -> moment.2 != 0, [
        (if(met > {known: Int32}, 'waiting', 'exposed'), met),
        ('other', if(is_seen AND (met_ever = 0 OR met_ever > drawn), drawn, 0))
      ])) AS moment
    FROM (
      SELECT customer_key, groupUniqArrayIf(at, was_active) AS days,
        toInt32({first: Int32} + customer_key % {span: UInt32}) AS drawn,
        max(was_in_scope AND at = toInt32({first: Int32} + customer_key % {span: UInt32}) AND at <= {known: Int32}) AS is_seen,
        minIf(at, has_met AND at >= {first: Int32} AND at <= {last: Int32}) AS met,
        minIf(at, has_met AND at >= {first: Int32} - ${PRIOR_DAYS}) AS met_ever
      FROM ${ofKeys(rows, links, "is_anonymous")}
      WHERE customer_key != 0 GROUP BY customer_key HAVING is_seen OR met != 0
    )
  )
  GROUP BY kind, day, before`;
}

/** Numbers of days between which customers are as active as each other. */
const STRATA = [
  { from: 0, to: 0 },
  { from: 1, to: 1 },
  { from: 2, to: 3 },
  { from: 4, to: 6 },
  { from: 7, to: PRIOR_DAYS },
];

type Unit = z.infer<typeof unitRow>;

function toComparison(rows: readonly Unit[]) {
  const strata = STRATA.map((activeDays) => ({
    activeDays,
    ...sharesOf(rows.filter(({ before }) => before >= activeDays.from && before <= activeDays.to)),
  }));
  const { exposed, others } = sharesOf(rows);
  return {
    exposed,
    others,
    plain: shareGap(exposed, others),
    adjusted: stratifiedGap(tablesOf(rows)),
    strata,
    waiting: rows.reduce((sum, { kind, customers }) => sum + (kind === "waiting" ? customers : 0), 0),
  };
}

function sharesOf(rows: readonly Unit[]) {
  const shareOfKind = (kind: Unit["kind"]) => {
    const own = rows.filter((row) => row.kind === kind);
    const sum = (of: "customers" | "returned") => own.reduce((total, row) => total + row[of], 0);
    return shareOf(sum("returned"), sum("customers"));
  };
  return { exposed: shareOfKind("exposed"), others: shareOfKind("other") };
}

/** One table a day and number of active days before: days differ in how many return, and in how many days before are known. */
function tablesOf(rows: readonly Unit[]) {
  const stratumOf = ({ day, before }: Unit) =>
    `${day} ${STRATA.findIndex(({ from, to }) => before >= from && before <= to)}`;
  return [...Map.groupBy(rows, stratumOf).values()].map((own) => {
    const { exposed, others } = sharesOf(own);
    return {
      exposed: exposed.of,
      exposedCases: exposed.cases,
      unexposed: others.of,
      unexposedCases: others.cases,
    };
  });
}
