import {
  GROUPED_ERRORS,
  judgedErrors,
  linksOf,
  ofCustomers,
  type Links,
  type Warehouse,
} from "@voxloop/warehouse";
import { z } from "zod";

export interface ErrorKey {
  projectId: string;
  fingerprint: string;
}

/** Releases an error was seen in since a time, oldest sighting first; service and environment "" mean any. */
export async function errorReleasesSince(
  warehouse: Warehouse,
  of: ErrorKey & { service: string; environment: string; since: Date },
): Promise<{ version: string; firstSeen: string; customers: number }[]> {
  const errors = `
      SELECT service_version, time, customer_id, is_anonymous FROM ${GROUPED_ERRORS}
      WHERE project_id = {project: String} AND fingerprint = {fingerprint: String}
        AND time > {since: DateTime64(3, 'UTC')}
        AND ({service: String} = '' OR service_name = {service: String})
        AND ({environment: String} = '' OR environment = {environment: String})`;
  return warehouse.query({
    name: "issues.error_releases_since",
    sql: `
      SELECT service_version AS version, min(time) AS firstSeen, uniqExact(customer_key) AS customers
      FROM ${ofCustomers(errors, await linksOf(warehouse, of.projectId), "is_anonymous")}
      GROUP BY version
      ORDER BY firstSeen, version`,
    params: { ...of, project: of.projectId },
    row: z.object({ version: z.string(), firstSeen: z.iso.datetime(), customers: z.number() }),
  });
}

const home = z.object({ service: z.string(), environment: z.string() });

/** The service and environment in which an error meets most customers; "" and "" when it was never seen. */
export async function errorHome(warehouse: Warehouse, of: ErrorKey): Promise<z.infer<typeof home>> {
  const errors = `
      SELECT service_name, environment, customer_id, is_anonymous FROM ${GROUPED_ERRORS}
      WHERE project_id = {project: String} AND fingerprint = {fingerprint: String}`;
  const [row] = await warehouse.query({
    name: "issues.error_home",
    sql: `
      SELECT service_name AS service, environment
      FROM ${ofCustomers(errors, await linksOf(warehouse, of.projectId), "is_anonymous")}
      GROUP BY service, environment
      ORDER BY uniqExact(customer_key) DESC, service, environment
      LIMIT 1`,
    params: { ...of, project: of.projectId },
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
  of: JudgedQuestion & { since: Date; until: Date },
): Promise<Impact | undefined> {
  const links = await linksOf(warehouse, of.projectId);
  const [row] = await warehouse.query({
    name: "issues.impact",
    sql: `
      SELECT argMax(title, time) AS title, any(error_code) AS code, any(flow) AS flow,
        uniqExact(customer_key) AS customers, uniqExactIf(customer_key, blocked) AS blockedCustomers,
        uniqExactIf(attempt_key, blocked) AS blockedTransactions
      FROM ${judgedGroup(links)}
      HAVING count() > 0`,
    params: { ...of, ...judgedParams(of) },
    row: impact,
  });
  return row;
}

export interface JudgedQuestion extends ErrorKey {
  /** A success of the same flow by the same customer within this time after an error makes up for it. */
  recoveryWindowSeconds: number;
}

/**
 * A group's error events of customers from {since} to {until}, each with whether it blocked; to stand after FROM. The
 * warehouse has the definition (DESIGN section 7), so that an issue counts as the Top-50 does; `judgedParams` binds the rest.
 */
export function judgedGroup(links: Links): string {
  return `(SELECT * FROM ${judgedErrors(links)} WHERE customer_key != 0)`;
}

export function judgedParams({ projectId, fingerprint, recoveryWindowSeconds }: JudgedQuestion) {
  return { project: projectId, only: [fingerprint], recovery: recoveryWindowSeconds };
}
