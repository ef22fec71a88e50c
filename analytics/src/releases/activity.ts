import { linksOf, ofKeys, OWN_KEY, type Warehouse } from "@voxloop/warehouse";
import type { Range } from "../http/range.ts";

const HOUR_MS = 3_600_000;

export interface ReleaseScope {
  projectId: string;
  range: Range;
  /** "" means any. */
  environment: string;
}

export interface ReleaseActivity {
  /** To stand after FROM: `customer_key`, `session_key` (0: none), `has_error`, `version`, `time`. */
  sql: string;
  params: Record<string, unknown>;
}

/**
 * Who was active in which session on which release: whole hours by their aggregate, whose `time` is the hour's beginning, and
 * what is left at both ends by its events. With `byEvents` all by events, whose time is exact. Rows repeat.
 */
export async function activityByRelease(
  warehouse: Warehouse,
  { projectId, range, environment }: ReleaseScope,
  byEvents = false,
): Promise<ReleaseActivity> {
  const { from, to } = range;
  const first = Math.ceil(from.getTime() / HOUR_MS) * HOUR_MS;
  const last = byEvents ? first : Math.max(first, Math.floor(to.getTime() / HOUR_MS) * HOUR_MS);
  const links = await linksOf(warehouse, projectId);
  return {
    sql: ofKeys(`SELECT * FROM (${hours} UNION ALL ${events}) WHERE own_key != 0`, links, "is_anonymous"),
    params: { project: projectId, environment, from, to, firstHour: first / 1000, lastHour: last / 1000 },
  };
}

const IN_ENVIRONMENT = "({environment: String} = '' OR environment = {environment: String})";

const hours = `
  SELECT own_key, is_anonymous, session_key, has_error, service_version AS version, toDateTime64(hour, 3, 'UTC') AS time
  FROM activity_v1
  WHERE project_id = {project: String} AND hour >= {firstHour: DateTime('UTC')} AND hour < {lastHour: DateTime('UTC')}
    AND ${IN_ENVIRONMENT}`;

const events = `
  SELECT ${OWN_KEY} AS own_key, user_id = '' AS is_anonymous, if(session_id = '', 0, sipHash64(session_id)) AS session_key,
    error_code != '' OR error_type != '' AS has_error, service_version AS version, time
  FROM events_v1
  WHERE project_id = {project: String} AND time >= {from: DateTime64(3, 'UTC')} AND time < {to: DateTime64(3, 'UTC')}
    AND (time < {firstHour: DateTime('UTC')} OR time >= {lastHour: DateTime('UTC')}) AND ${IN_ENVIRONMENT}`;
