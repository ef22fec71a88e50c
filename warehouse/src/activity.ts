import { OWN_KEY } from "./customers.ts";

const HOUR_MS = 3_600_000;

interface Activity {
  /** To stand after FROM, or to be given to `ofKeys`: `own_key`, `is_anonymous`, `session_key` (0: none), `has_error`, `time`. */
  sql: string;
  params: Record<string, unknown>;
}

/**
 * Who was active in which session, from `from` (included) to `to` (excluded): whole hours by their aggregate, whose `time` is
 * the hour's beginning, and what is left at both ends by its events. Rows repeat. `filter` are conditions, each opened by AND,
 * on release, environment, channel, audience and os alone. Binds {project} besides.
 */
export function activityOf({ from, to }: { from: Date; to: Date }, filter = ""): Activity {
  const first = Math.ceil(from.getTime() / HOUR_MS) * HOUR_MS;
  const last = Math.max(first, Math.floor(to.getTime() / HOUR_MS) * HOUR_MS);
  return {
    sql: `
  SELECT own_key, is_anonymous, session_key, has_error, toDateTime64(hour, 3, 'UTC') AS time FROM activity_v1
  WHERE project_id = {project: String} AND hour >= {firstHour: DateTime('UTC')} AND hour < {lastHour: DateTime('UTC')}${filter}
  UNION ALL
  ${eventActivity(`(time < {firstHour: DateTime('UTC')} OR time >= {lastHour: DateTime('UTC')})${filter}`)}`,
    params: { activeFrom: from, activeTo: to, firstHour: first / 1000, lastHour: last / 1000 },
  };
}

/** The same by events alone, for conditions that the aggregate cannot tell. */
export function activityOfEvents({ from, to }: { from: Date; to: Date }, filter = ""): Activity {
  return { sql: eventActivity(`true${filter}`), params: { activeFrom: from, activeTo: to } };
}

const eventActivity = (where: string) => `
  SELECT ${OWN_KEY} AS own_key, user_id = '' AS is_anonymous, if(session_id = '', 0, sipHash64(session_id)) AS session_key,
    error_code != '' OR error_type != '' AS has_error, time FROM events_v1
  WHERE project_id = {project: String} AND time >= {activeFrom: DateTime64(3, 'UTC')} AND time < {activeTo: DateTime64(3, 'UTC')} AND ${where}`;
