import { z } from "zod";
import { joinLinked, type Links } from "./customers.ts";
import { MERGED } from "./groups.ts";
import { judgedErrors } from "./judged-errors.ts";
import type { Warehouse } from "./warehouse.ts";

/** Whole hours that were judged already, from the first (included) to the last (excluded). */
export interface Settled {
  from: Date;
  to: Date;
}

const HOUR_MS = 3_600_000;

/** The hours of a project that were judged with a recovery window; undefined when none was. */
export async function settledOf(
  warehouse: Warehouse,
  of: { projectId: string; recoveryWindowSeconds: number },
): Promise<Settled | undefined> {
  // The last run of hours without a gap: what is before one is judged anew.
  const sql = `
  SELECT toUnixTimestamp(hour) AS hour FROM (
    SELECT hour, argMax(recovery, settling) AS recovery FROM settled_hours_v1
    WHERE project_id = {project: String} GROUP BY hour
  ) WHERE recovery = {recovery: UInt32} ORDER BY hour DESC`;
  const params = { project: of.projectId, recovery: of.recoveryWindowSeconds };
  const rows = await warehouse.query({
    name: "settled-of",
    sql,
    params,
    row: z.object({ hour: z.number() }),
  });
  const hours = rows.map(({ hour }) => hour * 1000);
  const [last] = hours;
  if (last === undefined) return undefined;
  const gap = hours.findIndex((hour, index) => hour !== last - index * HOUR_MS);
  const first = gap === -1 ? (hours.at(-1) ?? last) : last - (gap - 1) * HOUR_MS;
  return { from: new Date(first), to: new Date(last + HOUR_MS) };
}

const COLUMNS =
  "time, is_anonymous, blocked, flow, step, page, service_version, environment, channel, audience, os_name, region, session_key, attempt_key";

/** The rows of settled hours that a question is about. */
const WHERE_SETTLED = `project_id = {project: String} AND time >= {since: DateTime64(3, 'UTC')} AND time < {until: DateTime64(3, 'UTC')}
    AND time >= {settledFrom: DateTime64(3, 'UTC')} AND time < {settledTo: DateTime64(3, 'UTC')}
    AND settling IN (SELECT max(settling) FROM settled_hours_v1 WHERE project_id = {project: String} GROUP BY hour)`;

const settled = (key: string, join = "") => `
  WITH ${MERGED}
  SELECT ${COLUMNS}, stored_fingerprint, ${key} AS customer_key,
    transform(stored_fingerprint, merged.1, merged.2, stored_fingerprint) AS fingerprint
  FROM (SELECT ${COLUMNS}, own_key, fingerprint AS stored_fingerprint FROM settled_errors_v1 WHERE ${WHERE_SETTLED}) AS s ${join}
  WHERE empty({only: Array(String)}) OR has({only: Array(String)}, fingerprint)`;

/** As `customers.ts` resolves keys, in as few words as can be: planning a question costs more than reading a day. */
function settledRows(links: Links): string {
  if (links === "none") return settled("own_key");
  const keys = `SELECT own_key FROM settled_errors_v1 WHERE ${WHERE_SETTLED} AND is_anonymous`;
  return settled("if(linked.customer_key = 0, s.own_key, linked.customer_key)", joinLinked(keys, links, "s"));
}

/**
 * Every error event of {project} once, with `blocked` and the keys to count by (as `judgedErrors` has them, and `session_key`,
 * 0 for none); to stand after FROM. Of settled hours they are read, of others they are judged. Bind `settledParams` too.
 */
export function judgedKeys(links: Links, settledHours: Settled | undefined): string {
  const live = `
  SELECT ${COLUMNS}, toLowCardinality(stored_fingerprint) AS stored_fingerprint, customer_key,
    toLowCardinality(fingerprint) AS fingerprint
  FROM (
    SELECT *, ${SESSION_KEY} AS session_key FROM ${judgedErrors(links, settledHours && "unsettled")}
    ORDER BY time LIMIT 1 BY event_key
  )`;
  return settledHours === undefined ? `(${live})` : `(${settledRows(links)} UNION ALL ${live})`;
}

export const settledParams = (settled: Settled | undefined) =>
  settled === undefined ? {} : { settledFrom: settled.from, settledTo: settled.to };

const SESSION_KEY = "if(session_id = '', 0, sipHash64(session_id))";

/**
 * Judges whole hours, whose recovery windows are over, and lets them be read from then on. Safe to run twice and in two
 * processes: rows count only when their hour names their settling, and the highest one of an hour wins. `settling` and the
 * numbers after it, one for each hour, are of this call alone.
 */
export async function settleHours(
  warehouse: Warehouse,
  of: Settled & { projectId: string; recoveryWindowSeconds: number; links: Links; settling: number },
): Promise<void> {
  const { projectId: project, recoveryWindowSeconds: recovery, settling } = of;
  const params = { project, since: of.from, until: of.to, recovery, only: [], settling };
  await warehouse.command(
    `INSERT INTO settled_errors_v1 (project_id, settling, fingerprint, own_key, ${COLUMNS})
    SELECT project_id, {settling: UInt64} + dateDiff('hour', {since: DateTime64(3, 'UTC')}, time), stored_fingerprint, stored_key, ${COLUMNS}
    FROM (SELECT *, ${SESSION_KEY} AS session_key FROM ${judgedErrors(of.links)} ORDER BY time LIMIT 1 BY event_key)`,
    params,
  );
  const hours: object[] = [];
  for (let at = 0; of.from.getTime() + at * HOUR_MS < of.to.getTime(); at += 1)
    hours.push({
      project_id: project,
      hour: of.from.getTime() / 1000 + at * 3600,
      settling: settling + at,
      recovery,
    });
  await warehouse.insert("settled_hours_v1", hours);
}
