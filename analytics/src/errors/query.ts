import { linksOf, ofKeys, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { andInSegment } from "../filters/segment-filter.ts";
import { previousRange, type Range } from "../http/range.ts";
import { countTrend } from "../stats/count-trend.ts";
import { SLICE, sliceParams } from "../stats/time-slices.ts";
import { describeHeads, type Head } from "./heads.ts";
import type { ErrorGroup, ErrorRank, ErrorRanking } from "./error-group.ts";
import { activityWithin } from "./filter.ts";
import { judgedKeys, scopeParams, type ErrorScope, type JudgedKeys } from "./scope.ts";

/** The ranking is of the first 50; what comes after is noise to a product manager. */
export const TOP = 50;
const SPARKLINE_SLICES = 24;

export interface RankQuestion extends ErrorScope {
  rank: ErrorRank;
  /** Groups that are counted in the totals and not listed. */
  hidden?: readonly string[];
}

/** A group as the warehouse knows it, before its issue and its voices are joined. */
export type RankedError = Omit<
  ErrorGroup,
  "issueId" | "guidance" | "spike" | "scores" | "negativeShare" | "comments"
>;

export interface Ranking {
  groups: RankedError[];
  totals: Omit<ErrorRanking["totals"], "customers" | "sessions" | "crashedSessions" | "archivedGroups">;
}

/** The Top-50 error groups of a range, exact, with totals over all groups (DESIGN section 7). */
export async function rankErrors(warehouse: Warehouse, question: RankQuestion): Promise<Ranking> {
  const range = { from: previousRange(question.range).from, to: question.range.to };
  const errors = await judgedKeys(warehouse, { ...question, range });
  const [ranked, totals] = await Promise.all([
    rankRows(warehouse, question, errors),
    countTotals(warehouse, question, errors),
  ]);
  if (ranked.length === 0) return { groups: [], totals };
  const scope = { ...question, fingerprints: ranked.map((row) => row.fingerprint) };
  const own = { sql: errors.sql, params: { ...errors.params, ...scopeParams(scope) } };
  const [heads, courses] = await Promise.all([
    describeHeads(warehouse, scope, ranked),
    coursesOf(warehouse, scope.range, own),
  ]);
  const groups = ranked.map((row, index) => {
    const { fingerprint } = row;
    const head = heads.get(fingerprint);
    if (head === undefined) throw new Error(`The group ${fingerprint} has no event at its last time`);
    return {
      ...toGroup(row, head, question),
      rank: index + 1,
      blockedShare: row.blockedCustomers / Math.max(1, totals.blockedCustomers),
      ...(courses.get(fingerprint) ?? { sparkline: emptySparkline(), releases: [] }),
    };
  });
  return { groups, totals };
}

function toGroup(row: RankRow, head: Head, { range }: RankQuestion) {
  const { lastInFlow: _lastInFlow, lastOwn: _lastOwn, ...counts } = row;
  const state = new Date(head.firstSeen) >= range.from ? ("new" as const) : ("ongoing" as const);
  return { ...counts, ...head, state, trend: trendOf(head.flow, row) };
}

function trendOf(flow: string, row: RankRow): RankedError["trend"] {
  return flow === ""
    ? countTrend(row.customers, row.previousCustomers)
    : countTrend(row.blockedCustomers, row.previousBlockedCustomers);
}

const rankRow = z.object({
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
});
type RankRow = z.infer<typeof rankRow>;

export const ORDERS: Record<ErrorRank, string> = {
  blocked: "blockedCustomers DESC, customers DESC, events DESC, fingerprint",
  customers: "customers DESC, blockedCustomers DESC, events DESC, fingerprint",
  events: "events DESC, customers DESC, blockedCustomers DESC, fingerprint",
};

/** One pass over both periods. What is over all groups is asked apart: merging the groups' sets would cost as much again. */
async function rankRows(
  warehouse: Warehouse,
  question: RankQuestion,
  errors: JudgedKeys,
): Promise<RankRow[]> {
  const sql = `
  SELECT toString(e.fingerprint) AS fingerprint,
    uniqExactIf(customer_key, customer_key != 0 AND current) AS customers,
    uniqExactIf(customer_key, blocked AND current) AS blockedCustomers,
    uniqExactIf(attempt_key, blocked AND current) AS blockedTransactions,
    countIf(current) AS events,
    uniqExactIf(customer_key, blocked AND NOT current) AS previousBlockedCustomers,
    uniqExactIf(customer_key, customer_key != 0 AND NOT current) AS previousCustomers,
    max(time) AS lastSeen, maxIf(time, flow != '' AND current) AS lastInFlow,
    maxIf(time, stored_fingerprint = e.fingerprint AND current) AS lastOwn
  FROM (SELECT *, time >= {from: DateTime64(3, 'UTC')} AS current FROM ${errors.sql}) AS e
  GROUP BY e.fingerprint
  HAVING events > 0 AND NOT has({hidden: Array(String)}, fingerprint)
  ORDER BY ${ORDERS[question.rank]}
  LIMIT {top: UInt32}`;
  const { range: current, hidden = [] } = question;
  const params = { ...errors.params, from: current.from, top: TOP, hidden };
  return warehouse.query({ name: "rank-errors", sql, params, row: rankRow });
}

const totalsRow = z.object({
  blockedCustomers: z.number(),
  blockedTransactions: z.number(),
  customersWithErrors: z.number(),
  sessionsWithErrors: z.number(),
  events: z.number(),
  groups: z.number(),
});

/** Over all groups of the range, each customer once. */
async function countTotals(
  warehouse: Warehouse,
  { range }: RankQuestion,
  errors: JudgedKeys,
): Promise<z.infer<typeof totalsRow>> {
  const sql = `
  SELECT uniqExactIf(customer_key, blocked) AS blockedCustomers, uniqExactIf(attempt_key, blocked) AS blockedTransactions,
    uniqExactIf(customer_key, customer_key != 0) AS customersWithErrors,
    uniqExactIf(session_key, session_key != 0) AS sessionsWithErrors, count() AS events, uniqExact(fingerprint) AS groups
  FROM ${errors.sql}`;
  const params = { ...errors.params, since: range.from };
  const [totals] = await warehouse.query({ name: "count-errors", sql, params, row: totalsRow });
  if (totals === undefined) throw new Error("An aggregate without GROUP BY gave no row");
  return totals;
}

/** Customers and sessions of the range, with or without errors: what the affected ones are a share of. */
export async function countActive(
  warehouse: Warehouse,
  scope: ErrorScope,
): Promise<{ customers: number; sessions: number }> {
  const active = activityWithin(scope.range, scope.filter);
  const links = await linksOf(warehouse, scope.projectId);
  const sql = `
  SELECT uniqExactIf(customer_key, customer_key != 0) AS customers, uniqExactIf(session_key, session_key != 0) AS sessions
  FROM ${ofKeys(active.sql, links, "is_anonymous")} WHERE true${andInSegment(scope.segment)}`;
  const params = { project: scope.projectId, ...active.params, ...scope.segment?.params };
  const row = z.object({ customers: z.number(), sessions: z.number() });
  const [counted] = await warehouse.query({ name: "count-active", sql, params, row });
  return counted ?? { customers: 0, sessions: 0 };
}

export const emptySparkline = () => Array.from({ length: SPARKLINE_SLICES }, () => 0);

type Course = Pick<RankedError, "sparkline" | "releases">;

/** Affected customers of each group in equal slices of the range, and the releases it was seen in. */
async function coursesOf(
  warehouse: Warehouse,
  range: Range,
  errors: JudgedKeys,
): Promise<Map<string, Course>> {
  const sql = `
  SELECT fingerprint, ${SLICE} AS slice, uniqExactIf(customer_key, customer_key != 0) AS customers,
    groupUniqArrayIf(service_version, service_version != '') AS releases
  FROM ${errors.sql} GROUP BY fingerprint, slice`;
  const params = { ...errors.params, ...sliceParams(range, SPARKLINE_SLICES) };
  const courses = new Map<string, Course>();
  for (const point of await warehouse.query({ name: "error-courses", sql, params, row: coursePoint })) {
    const course = courses.get(point.fingerprint) ?? { sparkline: emptySparkline(), releases: [] };
    course.sparkline[point.slice] = point.customers;
    course.releases = [...new Set([...course.releases, ...point.releases])].toSorted();
    courses.set(point.fingerprint, course);
  }
  return courses;
}

const coursePoint = z.object({
  fingerprint: z.string(),
  slice: z.number(),
  customers: z.number(),
  releases: z.array(z.string()),
});
