import { fingerprintOf, GROUPED_RELEASES, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { Problem } from "../../http/problem.ts";
import type { GroupMember } from "./group.ts";

const lifeRow = z.object({
  fingerprint: z.string(),
  firstSeen: z.iso.datetime(),
  lastSeen: z.iso.datetime(),
});

/** When fingerprints were seen, each by itself: this is the one place that looks past merges. */
async function livesOf(warehouse: Warehouse, projectId: string, fingerprints: readonly string[]) {
  const sql = `
  SELECT fingerprint, min(first_seen) AS firstSeen, max(last_seen) AS lastSeen FROM error_releases_v1
  WHERE project_id = {project: String} AND fingerprint IN {fingerprints: Array(String)} GROUP BY fingerprint`;
  const params = { project: projectId, fingerprints };
  return warehouse.query({ name: "fingerprint-lives", sql, params, row: lifeRow });
}

/** Refuses fingerprints that no event of the project ever had (404). */
export async function assertKnown(
  warehouse: Warehouse,
  projectId: string,
  fingerprints: readonly string[],
): Promise<void> {
  // A group that others were merged into may have no events of its own.
  const sql = `
  SELECT DISTINCT fingerprint FROM (
    SELECT fingerprint FROM error_releases_v1 WHERE project_id = {project: String}
    UNION ALL SELECT fingerprint FROM ${GROUPED_RELEASES}
  ) WHERE fingerprint IN {fingerprints: Array(String)}`;
  const params = { project: projectId, fingerprints };
  const row = z.object({ fingerprint: z.string() });
  const rows = await warehouse.query({ name: "known-groups", sql, params, row });
  const known = new Set(rows.map(({ fingerprint }) => fingerprint));
  const unknown = fingerprints.find((fingerprint) => !known.has(fingerprint));
  if (unknown === undefined) return;
  throw new Problem(404, "No such thing", {
    detail: `There is no error group ${JSON.stringify(unknown)}`,
  });
}

const lastEvent = z.object({
  fingerprint: z.string(),
  code: z.string(),
  type: z.string(),
  title: z.string(),
  flow: z.string(),
  ownType: z.string(),
  message: z.string(),
  stack: z.string(),
  own: z.string(),
});

/** What fingerprints are called and what makes their events equal, by the latest event of each that has any; in the order given. */
export async function describeMembers(
  warehouse: Warehouse,
  projectId: string,
  fingerprints: readonly string[],
): Promise<GroupMember[]> {
  const lives = await livesOf(warehouse, projectId, fingerprints);
  const sql = `
  WITH latest AS (
    SELECT fingerprint, time, event_id, error_type, title, own_fingerprint FROM error_events_v1
    WHERE project_id = {project: String} AND fingerprint IN {fingerprints: Array(String)} AND time IN {times: Array(DateTime64(3, 'UTC'))}
    ORDER BY fingerprint, time DESC, event_id LIMIT 1 BY fingerprint
  )
  SELECT latest.fingerprint AS fingerprint, error_code AS code, latest.error_type AS type, title, flow,
    e.error_type AS ownType, error_message AS message, error_stack AS stack, own_fingerprint AS own
  FROM events_v1 AS e INNER JOIN latest ON latest.time = e.time AND latest.event_id = e.event_id
  WHERE project_id = {project: String} AND time IN {times: Array(DateTime64(3, 'UTC'))}
  LIMIT 1 BY fingerprint`;
  const times = lives.map(({ lastSeen }) => lastSeen.slice(0, -1));
  const params = { project: projectId, fingerprints, times };
  const events = await warehouse.query({ name: "describe-members", sql, params, row: lastEvent });
  const lifeOf = new Map(lives.map((life) => [life.fingerprint, life]));
  const eventOf = new Map(events.map((event) => [event.fingerprint, event]));
  return fingerprints.flatMap((fingerprint) => {
    const life = lifeOf.get(fingerprint);
    return life === undefined ? [] : [{ ...life, ...describeEvent(eventOf.get(fingerprint)) }];
  });
}

function describeEvent(event: z.infer<typeof lastEvent> | undefined) {
  if (event === undefined) return { code: "", type: "", title: "", by: "" as const, parts: [] };
  const { code, type, title, flow, message, stack, fingerprint, own } = event;
  const plain = fingerprintOf({ code, flow, type: event.ownType, message, stack });
  const named = { code, type, title };
  if (plain.fingerprint === fingerprint) return { ...named, by: plain.by, parts: plain.parts };
  return { ...named, by: own === fingerprint ? ("rule" as const) : ("earlier" as const), parts: [] };
}
