import type { Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { previousRange } from "../http/range.ts";
import type { ErrorGroup, ErrorRank, ErrorRanking } from "./error-group.ts";
import { filterSql } from "./filter.ts";
import { scopedErrors, scopeParams, type ErrorScope } from "./scope.ts";

/** The ranking is of the first 50; what comes after is noise to a product manager. */
export const TOP = 50;
export const SLICES = 24;

export interface RankQuestion extends ErrorScope {
  rank: ErrorRank;
}

/** A group as the warehouse knows it, before its issue and its voices are joined. */
export type RankedError = Omit<ErrorGroup, "issueId" | "scores" | "negativeShare" | "comments">;

export interface Ranking {
  groups: RankedError[];
  totals: Omit<ErrorRanking["totals"], "customers">;
}

/** The Top-50 error groups of a range, exact, with totals over all groups (DESIGN section 7). */
export async function rankErrors(warehouse: Warehouse, question: RankQuestion): Promise<Ranking> {
  const rows = await rankRows(warehouse, question);
  const total = rows.find((row) => row.fingerprint === "");
  const ranked = rows.filter((row) => row.fingerprint !== "");
  const fingerprints = ranked.map((row) => row.fingerprint);
  const [firstSeen, sparklines] = await Promise.all([
    firstSeenOf(warehouse, question.projectId, fingerprints),
    sparklinesOf(warehouse, question, fingerprints),
  ]);
  const groups = ranked.map(({ groups: _, ...row }, index): RankedError => {
    const first = firstSeen.get(row.fingerprint) ?? row.lastSeen;
    return {
      ...row,
      rank: index + 1,
      blockedShare:
        total === undefined || total.blockedCustomers === 0
          ? 0
          : row.blockedCustomers / total.blockedCustomers,
      firstSeen: first,
      sparkline: sparklines.get(row.fingerprint) ?? Array.from({ length: SLICES }, () => 0),
      state: new Date(first) >= question.range.from ? "new" : "ongoing",
    };
  });
  return { groups, totals: totalsOf(total) };
}

function totalsOf(total: RankRow | undefined): Ranking["totals"] {
  return {
    blockedCustomers: total?.blockedCustomers ?? 0,
    blockedTransactions: total?.blockedTransactions ?? 0,
    customersWithErrors: total?.customers ?? 0,
    events: total?.events ?? 0,
    groups: total?.groups ?? 0,
  };
}

const rankRow = z.object({
  /** "" in the row of totals. */
  fingerprint: z.string(),
  code: z.string(),
  type: z.string(),
  title: z.string(),
  flow: z.string(),
  customers: z.number(),
  blockedCustomers: z.number(),
  blockedTransactions: z.number(),
  events: z.number(),
  previousBlockedCustomers: z.number(),
  previousCustomers: z.number(),
  lastSeen: z.iso.datetime(),
  releases: z.array(z.string()),
  groups: z.number(),
});
type RankRow = z.infer<typeof rankRow>;

const ORDERS: Record<ErrorRank, string> = {
  blocked: "blockedCustomers DESC, customers DESC, events DESC",
  customers: "customers DESC, blockedCustomers DESC, events DESC",
  events: "events DESC, customers DESC, blockedCustomers DESC",
};

/** One pass over both periods; the rollup row counts over all groups, each customer once. */
async function rankRows(warehouse: Warehouse, question: RankQuestion): Promise<RankRow[]> {
  const sql = `
  SELECT fingerprint,
    argMax(error_code, (time, event_id)) AS code, argMax(error_type, (time, event_id)) AS type,
    argMax(title, (time, event_id)) AS title, argMax(flow, (flow != '', time, event_id)) AS flow,
    uniqExactIf(customer_id, customer_id != '' AND current) AS customers,
    uniqExactIf(customer_id, blocked AND current) AS blockedCustomers,
    uniqExactIf(attempt, blocked AND current) AS blockedTransactions,
    uniqExactIf(event_id, current) AS events,
    uniqExactIf(customer_id, blocked AND NOT current) AS previousBlockedCustomers,
    uniqExactIf(customer_id, customer_id != '' AND NOT current) AS previousCustomers,
    max(time) AS lastSeen,
    arraySort(groupUniqArrayIf(service_version, current AND service_version != '')) AS releases,
    uniqExactIf(fingerprint, current) AS groups
  FROM (SELECT *, time >= {from: DateTime64(3, 'UTC')} AS current FROM ${scopedErrors(question)})
  GROUP BY fingerprint WITH ROLLUP
  HAVING events > 0
  ORDER BY fingerprint = '' DESC, ${ORDERS[question.rank]}, fingerprint
  LIMIT {top: UInt32} + 1`;
  const range = { from: previousRange(question.range).from, to: question.range.to };
  const params = { ...scopeParams({ ...question, range }), from: question.range.from, top: TOP };
  return warehouse.query({ name: "rank-errors", sql, params, row: rankRow });
}

/** Customers active in the range, with or without errors: what the affected ones are a share of. */
export async function countCustomers(warehouse: Warehouse, scope: ErrorScope): Promise<number> {
  const sql = `
  SELECT uniqExact(customer_id) AS customers FROM events_v1
  WHERE project_id = {project: String} AND time >= {since: DateTime64(3, 'UTC')} AND time < {until: DateTime64(3, 'UTC')}
    AND customer_id != ''${filterSql(scope.filter).sql}`;
  const params = scopeParams(scope);
  const row = z.object({ customers: z.number() });
  const [counted] = await warehouse.query({ name: "count-customers", sql, params, row });
  return counted?.customers ?? 0;
}

async function firstSeenOf(
  warehouse: Warehouse,
  project: string,
  fingerprints: string[],
): Promise<Map<string, string>> {
  if (fingerprints.length === 0) return new Map();
  const sql = `
  SELECT fingerprint, min(first_seen) AS firstSeen FROM error_releases_v1
  WHERE project_id = {project: String} AND fingerprint IN {fingerprints: Array(String)} GROUP BY fingerprint`;
  const row = z.object({ fingerprint: z.string(), firstSeen: z.iso.datetime() });
  const rows = await warehouse.query({ name: "first-seen", sql, params: { project, fingerprints }, row });
  return new Map(rows.map(({ fingerprint, firstSeen }) => [fingerprint, firstSeen]));
}

/** Affected customers of each group in equal slices of the range. */
async function sparklinesOf(
  warehouse: Warehouse,
  scope: ErrorScope,
  fingerprints: string[],
): Promise<Map<string, number[]>> {
  if (fingerprints.length === 0) return new Map();
  const sql = `
  SELECT fingerprint, toUInt32(intDiv((toUnixTimestamp64Milli(time) - {fromMs: Int64}) * {slices: Int64}, {lengthMs: Int64})) AS slice,
    uniqExactIf(customer_id, customer_id != '') AS customers
  FROM error_events_v1
  WHERE project_id = {project: String} AND time >= {since: DateTime64(3, 'UTC')} AND time < {until: DateTime64(3, 'UTC')}
    AND fingerprint IN {fingerprints: Array(String)}${filterSql(scope.filter).sql}
  GROUP BY fingerprint, slice`;
  const fromMs = scope.range.from.getTime();
  const params = {
    ...scopeParams(scope),
    fingerprints,
    fromMs,
    lengthMs: scope.range.to.getTime() - fromMs,
    slices: SLICES,
  };
  const row = z.object({ fingerprint: z.string(), slice: z.number(), customers: z.number() });
  const sparklines = new Map(fingerprints.map((name) => [name, Array.from({ length: SLICES }, () => 0)]));
  for (const { fingerprint, slice, customers } of await warehouse.query({
    name: "error-sparklines",
    sql,
    params,
    row,
  })) {
    const sparkline = sparklines.get(fingerprint);
    if (sparkline !== undefined) sparkline[slice] = customers;
  }
  return sparklines;
}
