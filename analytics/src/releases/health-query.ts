import { judgedKeys, linksOf, settledOf, settledParams, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { activityByRelease, type ReleaseActivity, type ReleaseScope } from "./activity.ts";

const count = z.number();
const activeRow = z.object({
  /** "" in the row of totals. */
  version: z.string(),
  isTotal: z.boolean(),
  customers: count,
  sessions: count,
  errorCustomers: count,
  errorSessions: count,
});
export type ActiveRow = z.infer<typeof activeRow>;

/** Customers and sessions of each release and over all; one that used two releases counts for both, with the errors met on each. */
export async function countByRelease(warehouse: Warehouse, scope: ReleaseScope): Promise<ActiveRow[]> {
  const active = await activityByRelease(warehouse, scope);
  const sql = `
  SELECT toString(version) AS version, toBool(grouping(a.version)) AS isTotal,
    uniqExact(customer_key) AS customers, uniqExactIf(session_key, session_key != 0) AS sessions,
    uniqExactIf(customer_key, has_error) AS errorCustomers,
    uniqExactIf(session_key, has_error AND session_key != 0) AS errorSessions
  FROM ${active.sql} AS a
  GROUP BY GROUPING SETS ((a.version), ())`;
  return warehouse.query({ name: "releases.active", sql, params: active.params, row: activeRow });
}

const blockedRow = z.object({ version: z.string(), blockedCustomers: count, blockedTransactions: count });
export type BlockedRow = z.infer<typeof blockedRow>;

export interface JudgedReleaseScope extends ReleaseScope {
  /** A success of the same flow by the same customer within this time after an error makes up for it. */
  recoveryWindowSeconds: number;
}

/** Who was blocked on each release, as the Top-50 counts it. */
export async function countBlockedByRelease(
  warehouse: Warehouse,
  scope: JudgedReleaseScope,
): Promise<BlockedRow[]> {
  const errors = await judgedErrorsOf(warehouse, scope);
  const sql = `
  SELECT service_version AS version, uniqExactIf(customer_key, blocked) AS blockedCustomers,
    uniqExactIf(attempt_key, blocked) AS blockedTransactions
  FROM ${errors.sql} GROUP BY version`;
  return warehouse.query({ name: "releases.blocked", sql, params: errors.params, row: blockedRow });
}

/** The scope's error events once each, as `judgedKeys` has them, to stand after FROM. */
export async function judgedErrorsOf(
  warehouse: Warehouse,
  scope: JudgedReleaseScope & { fingerprints?: readonly string[] },
): Promise<ReleaseActivity> {
  const { projectId, range, environment, recoveryWindowSeconds } = scope;
  const [links, settled] = await Promise.all([
    linksOf(warehouse, projectId),
    settledOf(warehouse, { projectId, recoveryWindowSeconds }),
  ]);
  const own = {
    project: projectId,
    since: range.from,
    until: range.to,
    recovery: recoveryWindowSeconds,
    only: scope.fingerprints ?? [],
  };
  return {
    sql: `(SELECT * FROM ${judgedKeys(links, settled)} WHERE {environment: String} = '' OR environment = {environment: String})`,
    params: { ...own, environment, ...settledParams(settled) },
  };
}

/** Environments of the range, by name. */
export async function environmentsOf(warehouse: Warehouse, scope: ReleaseScope): Promise<string[]> {
  const sql = `
  SELECT DISTINCT toString(environment) AS environment FROM activity_v1
  WHERE project_id = {project: String} AND environment != ''
    AND hour >= toStartOfHour(toDateTime({from: DateTime64(3, 'UTC')}, 'UTC')) AND hour < {to: DateTime64(3, 'UTC')}
  ORDER BY environment LIMIT 50`;
  const params = { project: scope.projectId, ...scope.range };
  const row = z.object({ environment: z.string() });
  const rows = await warehouse.query({ name: "releases.environments", sql, params, row });
  return rows.map(({ environment }) => environment);
}
