import type { Warehouse } from "@voxloop/warehouse";
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
export function seenReleases(
  warehouse: Warehouse,
  of: { projectId: string; since: Date },
): Promise<z.infer<typeof seenRelease>[]> {
  return warehouse.query({
    name: "releases.seen",
    sql: `
      SELECT service_name AS service, service_version AS version, environment,
        min(time) AS firstSeen, max(time) AS lastSeen, uniq(customer_id) AS customers
      FROM events_v1
      WHERE project_id = {projectId: String} AND time >= {since: DateTime64(3, 'UTC')} AND service_version != ''
      GROUP BY service, version, environment`,
    params: of,
    row: seenRelease,
  });
}
