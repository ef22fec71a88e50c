import type { Warehouse } from "@voxloop/warehouse";
import { z } from "zod";

export interface ErrorKey {
  projectId: string;
  fingerprint: string;
}

/** Releases an error was seen in since a time, oldest sighting first; service and environment "" mean any. */
export function errorReleasesSince(
  warehouse: Warehouse,
  of: ErrorKey & { service: string; environment: string; since: Date },
): Promise<{ version: string; firstSeen: string; customers: number }[]> {
  return warehouse.query({
    name: "issues.error_releases_since",
    sql: `
      SELECT service_version AS version, min(time) AS firstSeen, uniqExact(customer_id) AS customers
      FROM error_events_v1
      WHERE project_id = {projectId: String} AND fingerprint = {fingerprint: String}
        AND time > {since: DateTime64(3, 'UTC')}
        AND ({service: String} = '' OR service_name = {service: String})
        AND ({environment: String} = '' OR environment = {environment: String})
      GROUP BY version
      ORDER BY firstSeen, version`,
    params: { ...of },
    row: z.object({ version: z.string(), firstSeen: z.iso.datetime(), customers: z.number() }),
  });
}

const home = z.object({ service: z.string(), environment: z.string() });

/** The service and environment in which an error meets most customers; "" and "" when it was never seen. */
export async function errorHome(warehouse: Warehouse, of: ErrorKey): Promise<z.infer<typeof home>> {
  const [row] = await warehouse.query({
    name: "issues.error_home",
    sql: `
      SELECT service_name AS service, environment
      FROM error_events_v1
      WHERE project_id = {projectId: String} AND fingerprint = {fingerprint: String}
      GROUP BY service, environment
      ORDER BY uniqExact(customer_id) DESC, service, environment
      LIMIT 1`,
    params: { ...of },
    row: home,
  });
  return row ?? { service: "", environment: "" };
}

const impact = z.object({
  title: z.string(),
  code: z.string(),
  flow: z.string(),
  customers: z.number(),
  blockedCustomers: z.number(),
  blockedTransactions: z.number(),
});
export type Impact = z.infer<typeof impact>;

/** What an error costs in a time range; undefined when it was not seen. */
export async function measureImpact(
  warehouse: Warehouse,
  of: ErrorKey & { since: Date; until: Date; recoveryWindowSeconds: number },
): Promise<Impact | undefined> {
  const [row] = await warehouse.query({
    name: "issues.impact",
    sql: `
      SELECT argMax(title, time) AS title, any(error_code) AS code, any(flow) AS flow,
        uniqExact(customer_id) AS customers, uniqExactIf(customer_id, blocked) AS blockedCustomers,
        uniqExactIf(attempt_key, blocked) AS blockedTransactions
      FROM ${JUDGED_ERRORS}
      HAVING count() > 0`,
    params: { ...of },
    row: impact,
  });
  return row;
}

/**
 * A group's error events of customers in a time range, each with whether it blocked; to stand after FROM. The view has
 * the definition (DESIGN section 7), so that an issue counts as the Top-50 does.
 */
export const JUDGED_ERRORS = `(
  SELECT * FROM judged_errors_v1(project = {projectId: String}, since = {since: DateTime64(3, 'UTC')},
    until = {until: DateTime64(3, 'UTC')}, only = [{fingerprint: String}], recovery = {recoveryWindowSeconds: UInt32})
  WHERE customer_id != '')`;
