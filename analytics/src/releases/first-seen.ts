import type { Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import type { ReleaseScope } from "./activity.ts";

/**
 * When the first event of each version came, of all that are stored. The aggregate tells the hour, in which only few events
 * are then looked at.
 */
export async function firstSeenOf(
  warehouse: Warehouse,
  { projectId, environment }: Omit<ReleaseScope, "range">,
  versions: readonly string[],
): Promise<Map<string, string>> {
  if (versions.length === 0) return new Map();
  const params = { project: projectId, environment, versions };
  const hours = await warehouse.query({
    name: "releases.first_hours",
    sql: `
    SELECT toString(service_version) AS version, toUnixTimestamp(min(hour)) AS hour FROM activity_v1 WHERE ${OF_VERSIONS} GROUP BY version`,
    params,
    row: z.object({ version: z.string(), hour: z.number() }),
  });
  if (hours.length === 0) return new Map();
  const rows = await warehouse.query({
    name: "releases.first_seen",
    sql: `
    SELECT toString(service_version) AS version, min(time) AS firstSeen FROM events_v1
    WHERE ${OF_VERSIONS} AND (${hours.map((_, at) => inHour(at)).join(" OR ")}) GROUP BY version`,
    params: { ...params, ...Object.fromEntries(hours.flatMap(hourParams)) },
    row: z.object({ version: z.string(), firstSeen: z.iso.datetime() }),
  });
  return new Map(rows.map(({ version, firstSeen }) => [version, firstSeen]));
}

const OF_VERSIONS = `project_id = {project: String} AND service_version IN {versions: Array(String)}
      AND ({environment: String} = '' OR environment = {environment: String})`;

const inHour = (at: number) =>
  `(service_version = {version_${at}: String} AND time >= {hour_${at}: DateTime('UTC')} AND time < {hour_${at}: DateTime('UTC')} + toIntervalHour(1))`;

const hourParams = ({ version, hour }: { version: string; hour: number }, at: number) => [
  [`version_${at}`, version] as const,
  [`hour_${at}`, hour] as const,
];
