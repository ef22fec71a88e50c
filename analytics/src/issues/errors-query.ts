import type { Warehouse } from "@voxloop/warehouse";
import { z } from "zod";

/** Releases an error was seen in since a time, oldest sighting first; service and environment "" mean any. */
export function errorReleasesSince(
  warehouse: Warehouse,
  of: { projectId: string; fingerprint: string; service: string; environment: string; since: Date },
): Promise<{ version: string; firstSeen: string; customers: number }[]> {
  return warehouse.query({
    name: "issues.error_releases_since",
    sql: `
      SELECT service_version AS version, min(time) AS firstSeen, uniqExact(customer_id) AS customers
      FROM error_events_v1
      WHERE project_id = {projectId: String} AND fingerprint = {fingerprint: String}
        AND time > parseDateTime64BestEffort({since: String}, 3, 'UTC')
        AND ({service: String} = '' OR service_name = {service: String})
        AND ({environment: String} = '' OR environment = {environment: String})
      GROUP BY version
      ORDER BY firstSeen, version`,
    params: { ...of, since: of.since.toISOString() },
    row: z.object({ version: z.string(), firstSeen: z.iso.datetime(), customers: z.number() }),
  });
}
