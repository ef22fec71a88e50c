import { linksOf, ofCustomers, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";

const seenRelease = z.object({
  service: z.string(),
  version: z.string(),
  environment: z.string(),
  firstSeen: z.iso.datetime(),
  lastSeen: z.iso.datetime(),
  customers: z.number(),
});

/** Releases whose events came since a time, with their customers; events that name no version are left out. */
export async function seenReleases(
  warehouse: Warehouse,
  of: { projectId: string; since: Date; version?: string | undefined },
): Promise<z.infer<typeof seenRelease>[]> {
  const events = `
      SELECT service_name, service_version, environment, time, customer_id, user_id FROM events_v1
      WHERE project_id = {project: String} AND time >= {since: DateTime64(3, 'UTC')} AND service_version != ''${of.version === undefined ? "" : ONE}`;
  const links = await linksOf(warehouse, of.projectId);
  return warehouse.query({
    name: "releases.seen",
    sql: `
      SELECT service_name AS service, service_version AS version, environment,
        min(time) AS firstSeen, max(time) AS lastSeen, uniq(customer_key) AS customers
      FROM ${ofCustomers(events, links, "user_id = ''")}
      GROUP BY service, version, environment`,
    params: { project: of.projectId, since: of.since, version: of.version ?? "" },
    row: seenRelease,
  });
}

const ONE = " AND service_version = {version: String}";
