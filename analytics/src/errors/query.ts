import { linksOf, ofKeys, OWN_KEY, type Links, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { previousRange } from "../http/range.ts";
import { countTrend } from "../stats/count-trend.ts";
import { SLICE, sliceParams } from "../stats/time-slices.ts";
import { describeHeads, type Head } from "./heads.ts";
import type { ErrorGroup, ErrorRank, ErrorRanking } from "./error-group.ts";
import { filterSql } from "./filter.ts";
import { judgedErrors, scopeParams, storedErrors, type ErrorScope } from "./scope.ts";

/** The ranking is of the first 50; what comes after is noise to a product manager. */
export const TOP = 50;
const SPARKLINE_SLICES = 24;

export interface RankQuestion extends ErrorScope {
  rank: ErrorRank;
  /** Groups that are counted in the totals and not listed. */
  hidden?: readonly string[];
}

/** A group as the warehouse knows it, before its issue and its voices are joined. */
export type RankedError = Omit<ErrorGroup, "issueId" | "scores" | "negativeShare" | "comments">;

export interface Ranking {
  groups: RankedError[];
  totals: Omit<ErrorRanking["totals"], "customers" | "sessions" | "archivedGroups">;
}

/** The Top-50 error groups of a range, exact, with totals over all groups (DESIGN section 7). */
export async function rankErrors(warehouse: Warehouse, question: RankQuestion): Promise<Ranking> {
  const links = await linksOf(warehouse, question.projectId);
  const rows = await rankRows(warehouse, question, links);
  const total = rows.find((row) => row.fingerprint === "");
  const ranked = rows.filter((row) => row.fingerprint !== "");
  if (ranked.length === 0) return { groups: [], totals: totalsOf(total) };
  const scope = { ...question, fingerprints: ranked.map((row) => row.fingerprint) };
  const [heads, sparklines] = await Promise.all([
    describeHeads(warehouse, scope, ranked),
    sparklinesOf(warehouse, scope, links),
  ]);
  const groups = ranked.map((row, index) => {
    const { fingerprint } = row;
    const head = heads.get(fingerprint);
    if (head === undefined) throw new Error(`The group ${fingerprint} has no event at its last time`);
    return {
      ...toGroup(row, head, question),
      rank: index + 1,
      blockedShare: row.blockedCustomers / Math.max(1, total?.blockedCustomers ?? 0),
      sparkline: sparklines.get(fingerprint) ?? emptySparkline(),
    };
  });
  return { groups, totals: totalsOf(total) };
}

function toGroup(row: RankRow, head: Head, { range }: RankQuestion) {
  const { groups: _groups, sessions: _sessions, lastInFlow: _lastInFlow, lastOwn: _lastOwn, ...counts } = row;
  const state = new Date(head.firstSeen) >= range.from ? ("new" as const) : ("ongoing" as const);
  return { ...counts, ...head, state, trend: trendOf(head.flow, row) };
}

function trendOf(flow: string, row: RankRow): RankedError["trend"] {
  return flow === ""
    ? countTrend(row.customers, row.previousCustomers)
    : countTrend(row.blockedCustomers, row.previousBlockedCustomers);
}

function totalsOf(total: RankRow | undefined): Ranking["totals"] {
  return {
    blockedCustomers: total?.blockedCustomers ?? 0,
    blockedTransactions: total?.blockedTransactions ?? 0,
    customersWithErrors: total?.customers ?? 0,
    sessionsWithErrors: total?.sessions ?? 0,
    events: total?.events ?? 0,
    groups: total?.groups ?? 0,
  };
}

const rankRow = z.object({
  /** "" in the row of totals. */
  fingerprint: z.string(),
  customers: z.number(),
  blockedCustomers: z.number(),
  blockedTransactions: z.number(),
  events: z.number(),
  previousBlockedCustomers: z.number(),
  previousCustomers: z.number(),
  lastSeen: z.iso.datetime(),
  lastInFlow: z.iso.datetime(),
  /** Of an event that was not merged into it. */
  lastOwn: z.iso.datetime(),
  releases: z.array(z.string()),
  sessions: z.number(),
  groups: z.number(),
});
type RankRow = z.infer<typeof rankRow>;

const ORDERS: Record<ErrorRank, string> = {
  blocked: "blockedCustomers DESC, customers DESC, events DESC",
  customers: "customers DESC, blockedCustomers DESC, events DESC",
  events: "events DESC, customers DESC, blockedCustomers DESC",
};

/** One pass over both periods; the rollup row counts over all groups, each customer once. */
async function rankRows(warehouse: Warehouse, question: RankQuestion, links: Links): Promise<RankRow[]> {
  const sql = `
  SELECT fingerprint,
    uniqExactIf(customer_key, customer_key != 0 AND current) AS customers,
    uniqExactIf(customer_key, blocked AND current) AS blockedCustomers,
    uniqExactIf(attempt_key, blocked AND current) AS blockedTransactions,
    uniqExactIf(event_key, current) AS events,
    uniqExactIf(customer_key, blocked AND NOT current) AS previousBlockedCustomers,
    uniqExactIf(customer_key, customer_key != 0 AND NOT current) AS previousCustomers,
    max(time) AS lastSeen, maxIf(time, flow != '' AND current) AS lastInFlow, maxIf(time, stored_fingerprint = fingerprint AND current) AS lastOwn,
    arraySort(groupUniqArrayIf(service_version, current AND service_version != '')) AS releases,
    uniqExactIf(sipHash64(session_id), session_id != '' AND current) AS sessions,
    uniqExactIf(fingerprint, current) AS groups
  FROM (SELECT *, time >= {from: DateTime64(3, 'UTC')} AS current FROM ${judgedErrors(question, links)})
  GROUP BY fingerprint WITH ROLLUP
  HAVING events > 0 AND NOT has({hidden: Array(String)}, fingerprint)
  ORDER BY fingerprint = '' DESC, ${ORDERS[question.rank]}, fingerprint
  LIMIT {top: UInt32} + 1`;
  const range = { from: previousRange(question.range).from, to: question.range.to };
  const params = {
    ...scopeParams({ ...question, range }),
    from: question.range.from,
    top: TOP,
    hidden: question.hidden ?? [],
  };
  return warehouse.query({ name: "rank-errors", sql, params, row: rankRow });
}

/** Customers and sessions of the range, with or without errors: what the affected ones are a share of. */
export async function countActive(
  warehouse: Warehouse,
  scope: ErrorScope,
): Promise<{ customers: number; sessions: number }> {
  const active = `
  SELECT ${OWN_KEY} AS own_key, user_id, sipHash64(session_id) AS session_key, session_id != '' AS is_in_session
  FROM events_v1
  WHERE project_id = {project: String} AND time >= {since: DateTime64(3, 'UTC')} AND time < {until: DateTime64(3, 'UTC')}
    AND customer_id != ''${filterSql(scope.filter).sql}`;
  const links = await linksOf(warehouse, scope.projectId);
  const sql = `
  SELECT uniqExact(customer_key) AS customers, uniqExactIf(session_key, is_in_session) AS sessions
  FROM ${ofKeys(active, links, "user_id = ''")}`;
  const row = z.object({ customers: z.number(), sessions: z.number() });
  const [counted] = await warehouse.query({ name: "count-active", sql, params: scopeParams(scope), row });
  return counted ?? { customers: 0, sessions: 0 };
}

export const emptySparkline = () => Array.from({ length: SPARKLINE_SLICES }, () => 0);

/** Affected customers of each group in equal slices of the range. */
async function sparklinesOf(
  warehouse: Warehouse,
  scope: ErrorScope,
  links: Links,
): Promise<Map<string, number[]>> {
  const sql = `
  SELECT fingerprint, ${SLICE} AS slice, uniqExactIf(customer_key, customer_key != 0) AS customers
  FROM ${storedErrors(scope, links)} GROUP BY fingerprint, slice`;
  const params = { ...scopeParams(scope), ...sliceParams(scope.range, SPARKLINE_SLICES) };
  const row = z.object({ fingerprint: z.string(), slice: z.number(), customers: z.number() });
  const sparklines = new Map<string, number[]>();
  for (const point of await warehouse.query({ name: "error-sparklines", sql, params, row })) {
    const sparkline = sparklines.get(point.fingerprint) ?? emptySparkline();
    sparkline[point.slice] = point.customers;
    sparklines.set(point.fingerprint, sparkline);
  }
  return sparklines;
}
