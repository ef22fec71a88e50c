import { GROUPED_ERRORS, GROUPED_RELEASES, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import type { NewGroup } from "./health.ts";
import { judgedErrorsOf, type JudgedReleaseScope } from "./health-query.ts";

/** Groups by the release that their very first event named; of two at the same millisecond, the smaller name. */
const FIRST = `
  SELECT fingerprint, min(first_seen) AS firstSeen, argMin(service_version, (first_seen, service_version)) AS version
  FROM ${GROUPED_RELEASES}
  WHERE project_id = {project: String} AND ({environment: String} = '' OR environment = {environment: String})
  GROUP BY fingerprint`;

type Where = Pick<JudgedReleaseScope, "projectId" | "environment">;

/** How many error groups began in each release. */
export async function countNewGroups(
  warehouse: Warehouse,
  { projectId, environment }: Where,
): Promise<Map<string, number>> {
  const sql = `SELECT toString(version) AS version, count() AS groups FROM (${FIRST}) WHERE version != '' GROUP BY version`;
  const row = z.object({ version: z.string(), groups: z.number() });
  const params = { project: projectId, environment };
  const rows = await warehouse.query({ name: "releases.count_new_groups", sql, params, row });
  return new Map(rows.map(({ version, groups }) => [version, groups]));
}

const SHOWN = 50;
/** Read before they are ranked by whom they block. */
const READ = 500;

/** The error groups that began in a release, with whom they met on it in the range; those that block most first. */
export async function listNewGroups(
  warehouse: Warehouse,
  scope: JudgedReleaseScope,
  version: string,
): Promise<NewGroup[]> {
  const where = { project: scope.projectId, environment: scope.environment, version };
  const first = await warehouse.query({
    name: "releases.new_groups",
    sql: `SELECT fingerprint, firstSeen FROM (${FIRST}) WHERE version = {version: String} ORDER BY firstSeen DESC, fingerprint LIMIT ${READ}`,
    params: where,
    row: z.object({ fingerprint: z.string(), firstSeen: z.iso.datetime() }),
  });
  if (first.length === 0) return [];
  const fingerprints = first.map(({ fingerprint }) => fingerprint);
  const [names, counts] = await Promise.all([
    nameGroups(warehouse, scope.projectId, first),
    countGroups(warehouse, { ...scope, fingerprints }, version),
  ]);
  const none = { customers: 0, blockedCustomers: 0 };
  return first
    .map((group) => ({
      ...nameless,
      ...names.get(group.fingerprint),
      ...none,
      ...counts.get(group.fingerprint),
      ...group,
    }))
    .toSorted((a, b) => b.blockedCustomers - a.blockedCustomers || b.customers - a.customers)
    .slice(0, SHOWN);
}

const nameless = { code: "", type: "", title: "", flow: "" };

const nameRow = z.object({
  fingerprint: z.string(),
  code: z.string(),
  type: z.string(),
  title: z.string(),
  flow: z.string(),
});

/** By the events at the very times given, which the sort key finds at once. */
async function nameGroups(
  warehouse: Warehouse,
  projectId: string,
  groups: readonly { fingerprint: string; firstSeen: string }[],
) {
  const sql = `
  SELECT fingerprint, argMin(error_code, event_id) AS code, argMin(error_type, event_id) AS type,
    argMin(title, event_id) AS title, argMin(flow, event_id) AS flow
  FROM ${GROUPED_ERRORS}
  WHERE project_id = {project: String} AND time IN {times: Array(DateTime64(3, 'UTC'))}
    AND fingerprint IN {fingerprints: Array(String)}
  GROUP BY fingerprint`;
  const params = {
    project: projectId,
    times: groups.map(({ firstSeen }) => firstSeen.slice(0, -1)),
    fingerprints: groups.map(({ fingerprint }) => fingerprint),
  };
  const rows = await warehouse.query({ name: "releases.name_new_groups", sql, params, row: nameRow });
  return new Map(rows.map((row) => [row.fingerprint, row]));
}

async function countGroups(
  warehouse: Warehouse,
  scope: JudgedReleaseScope & { fingerprints: string[] },
  version: string,
) {
  const errors = await judgedErrorsOf(warehouse, scope);
  const sql = `
  SELECT toString(fingerprint) AS fingerprint, uniqExactIf(customer_key, customer_key != 0) AS customers,
    uniqExactIf(customer_key, blocked) AS blockedCustomers
  FROM ${errors.sql} AS e WHERE service_version = {version: String} GROUP BY e.fingerprint`;
  const row = z.object({ fingerprint: z.string(), customers: z.number(), blockedCustomers: z.number() });
  const params = { ...errors.params, version };
  const rows = await warehouse.query({ name: "releases.count_in_new_groups", sql, params, row });
  return new Map(rows.map((each) => [each.fingerprint, each]));
}
