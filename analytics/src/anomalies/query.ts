import {
  GROUPED_RELEASES,
  judgedErrors,
  judgedKeys,
  linksOf,
  settledOf,
  settledParams,
  type Warehouse,
} from "@voxloop/warehouse";
import { z } from "zod";
import type { Range } from "../http/range.ts";

/** The errors of a project that a question is about. */
export interface Scope {
  projectId: string;
  range: Range;
  recoveryWindowSeconds: number;
  /** The groups asked about; all when empty. */
  only: readonly string[];
}

const paramsOf = ({ projectId, range, recoveryWindowSeconds, only }: Scope) => ({
  project: projectId,
  since: range.from,
  until: range.to,
  recovery: recoveryWindowSeconds,
  only,
});

async function errorsOf(warehouse: Warehouse, scope: Scope) {
  const [links, settled] = await Promise.all([
    linksOf(warehouse, scope.projectId),
    settledOf(warehouse, scope),
  ]);
  return { sql: judgedKeys(links, settled), params: { ...paramsOf(scope), ...settledParams(settled) } };
}

/** Hours before the end of the range, 0 for the last: they begin and end with the range, not with the clock. */
const HOURS_BACK = "intDiv(dateDiff('millisecond', time, {until: DateTime64(3, 'UTC')}) - 1, 3600000)";

const hourRow = z.object({
  fingerprint: z.string(),
  hoursBack: z.number(),
  blockedCustomers: z.number(),
  customers: z.number(),
  isInFlow: z.boolean(),
});
export type HourRow = z.infer<typeof hourRow>;

/** Customers of each hour by group, hours without any left out; or of all groups together, as the group "". */
export async function countHours(
  warehouse: Warehouse,
  scope: Scope,
  by: "group" | "total",
): Promise<HourRow[]> {
  const errors = await errorsOf(warehouse, scope);
  const sql = `
  SELECT ${by === "group" ? "toString(fingerprint)" : "''"} AS fingerprint, ${HOURS_BACK} AS hoursBack,
    uniqExactIf(customer_key, blocked) AS blockedCustomers, uniqExactIf(customer_key, customer_key != 0) AS customers,
    CAST(max(flow != ''), 'Bool') AS isInFlow
  FROM ${errors.sql} AS e GROUP BY fingerprint, hoursBack`;
  return warehouse.query({ name: `anomalies.hours-by-${by}`, sql, params: errors.params, row: hourRow });
}

/** Groups that at least so many customers met in the range: the busiest first, and no more than it takes to know the cause. */
export async function busyGroups(
  warehouse: Warehouse,
  scope: Scope,
  fewestCustomers: number,
): Promise<string[]> {
  const errors = await errorsOf(warehouse, scope);
  const sql = `
  SELECT toString(fingerprint) AS fingerprint FROM ${errors.sql} AS e GROUP BY fingerprint
  HAVING uniqExactIf(customer_key, customer_key != 0) >= {fewest: UInt32}
  ORDER BY uniqExactIf(customer_key, blocked) DESC, uniqExactIf(customer_key, customer_key != 0) DESC, fingerprint
  LIMIT 200`;
  const rows = await warehouse.query({
    name: "anomalies.busy-groups",
    sql,
    params: { ...errors.params, fewest: fewestCustomers },
    row: z.object({ fingerprint: z.string() }),
  });
  return rows.map(({ fingerprint }) => fingerprint);
}

/** Unix milliseconds of the clock's hours in which the project had any event at all: of others nothing is known. */
export async function activeHours(warehouse: Warehouse, { projectId, range }: Scope): Promise<Set<number>> {
  const sql = `
  SELECT toUnixTimestamp(hour) AS at FROM activity_v1
  WHERE project_id = {project: String} AND hour >= toStartOfHour({since: DateTime64(3, 'UTC')}) AND hour < {until: DateTime64(3, 'UTC')}
  GROUP BY hour`;
  const rows = await warehouse.query({
    name: "anomalies.active-hours",
    sql,
    params: { project: projectId, since: range.from, until: range.to },
    row: z.object({ at: z.number() }),
  });
  return new Set(rows.map(({ at }) => at * 1000));
}

/** When the given groups were first seen, or with a time instead of groups, those first seen from then on. */
export async function firstSeen(
  warehouse: Warehouse,
  of: { projectId: string } & ({ only: readonly string[] } | { since: Date }),
): Promise<Map<string, Date>> {
  const since = "since" in of ? of.since : new Date(0);
  const sql = `
  SELECT toString(fingerprint) AS fingerprint, min(first_seen) AS firstSeen FROM ${GROUPED_RELEASES}
  WHERE project_id = {project: String} AND (empty({only: Array(String)}) OR has({only: Array(String)}, fingerprint))
  GROUP BY fingerprint HAVING firstSeen >= {since: DateTime64(3, 'UTC')} ORDER BY firstSeen DESC LIMIT 1000`;
  const rows = await warehouse.query({
    name: "anomalies.first-seen",
    sql,
    params: { project: of.projectId, only: "only" in of ? of.only : [], since },
    row: z.object({ fingerprint: z.string(), firstSeen: z.iso.datetime() }),
  });
  return new Map(rows.map((row) => [row.fingerprint, new Date(row.firstSeen)]));
}

const groupFacts = z.object({
  fingerprint: z.string(),
  code: z.string(),
  title: z.string(),
  flow: z.string(),
  blockedCustomers: z.number(),
  blockedTransactions: z.number(),
  customers: z.number(),
});
export type GroupFacts = z.infer<typeof groupFacts>;

/** How groups are called, and whom they stopped in the range. */
export async function describeGroups(warehouse: Warehouse, scope: Scope): Promise<Map<string, GroupFacts>> {
  if (scope.only.length === 0) return new Map();
  const links = await linksOf(warehouse, scope.projectId);
  // A group is called by its own events, not by those that were merged into it.
  const latest = "(stored_fingerprint = fingerprint, time, event_id)";
  const sql = `
  SELECT toString(e.fingerprint) AS fingerprint, argMax(error_code, ${latest}) AS code, argMax(title, ${latest}) AS title,
    argMax(flow, (flow != '', stored_fingerprint = fingerprint, time, event_id)) AS flow,
    uniqExactIf(customer_key, blocked) AS blockedCustomers, uniqExactIf(attempt_key, blocked) AS blockedTransactions,
    uniqExactIf(customer_key, customer_key != 0) AS customers
  FROM ${judgedErrors(links)} AS e GROUP BY e.fingerprint`;
  const rows = await warehouse.query({
    name: "anomalies.describe-groups",
    sql,
    params: paramsOf(scope),
    row: groupFacts,
  });
  return new Map(rows.map((row) => [row.fingerprint, row]));
}
