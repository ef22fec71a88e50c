import { OWN_KEY } from "./customers.ts";

const HOUR_MS = 3_600_000;

/** What an aggregate tells of who was active; it has no page and no step. */
type Column = "has_error" | "service_version" | "environment" | "channel" | "audience" | "os_name" | "region";

interface Asked {
  /** Only activity in these flows; without it anything a customer does is activity, and `has_error` can be asked. */
  flows?: readonly string[] | undefined;
  /** Conditions, each opened by AND, on the columns of the aggregate, with `flows` on the flow too. */
  filter?: string;
  /** What each row has besides. */
  columns?: readonly Column[];
  /** Opens the names of the parameters, which keeps them apart from those of another part of the same question. */
  prefix?: string;
}

interface Activity {
  /** To stand after FROM, or to be given to `ofKeys`: `own_key`, `is_anonymous`, `session_key` (0: none), `time` and the columns. */
  sql: string;
  params: Record<string, unknown>;
}

interface Between {
  from: Date;
  to: Date;
}

/**
 * Who was active in which session, from `from` (included) to `to` (excluded): whole hours by their aggregate, whose `time` is
 * the hour's beginning, and what is left at both ends by its events. Rows repeat. Binds {project} besides.
 */
export function activityOf({ from, to }: Between, asked: Asked = {}): Activity {
  const { flows, filter = "", columns = [], prefix = "" } = asked;
  const first = Math.ceil(from.getTime() / HOUR_MS) * HOUR_MS;
  const last = Math.max(first, Math.floor(to.getTime() / HOUR_MS) * HOUR_MS);
  const [table, inFlows] =
    flows === undefined
      ? ["activity_v1", ""]
      : ["flow_activity_v1", ` AND flow IN {${prefix}activeFlows: Array(String)}`];
  return {
    sql: `
  SELECT ${["own_key", "is_anonymous", "session_key", "toDateTime64(hour, 3, 'UTC') AS time", ...columns].join(", ")} FROM ${table}
  WHERE project_id = {project: String} AND hour >= {${prefix}firstHour: DateTime('UTC')} AND hour < {${prefix}lastHour: DateTime('UTC')}${inFlows}${filter}
  UNION ALL
  ${eventActivity(asked, ` AND (time < {${prefix}firstHour: DateTime('UTC')} OR time >= {${prefix}lastHour: DateTime('UTC')})`)}`,
    params: {
      ...eventParams({ from, to }, asked),
      [`${prefix}firstHour`]: first / 1000,
      [`${prefix}lastHour`]: last / 1000,
    },
  };
}

/** The same by events alone, for conditions that the aggregate cannot tell. */
export function activityOfEvents(range: Between, asked: Asked = {}): Activity {
  return { sql: eventActivity(asked), params: eventParams(range, asked) };
}

const eventParams = ({ from, to }: Between, { flows, prefix = "" }: Asked) => ({
  [`${prefix}activeFrom`]: from,
  [`${prefix}activeTo`]: to,
  ...(flows !== undefined && { [`${prefix}activeFlows`]: flows }),
});

function eventActivity({ flows, filter = "", columns = [], prefix = "" }: Asked, part = ""): string {
  const own = columns.map((column) =>
    column === "has_error" ? "error_code != '' OR error_type != '' AS has_error" : column,
  );
  const inFlows = flows === undefined ? "" : ` AND flow IN {${prefix}activeFlows: Array(String)}`;
  return `
  SELECT ${[`${OWN_KEY} AS own_key`, "user_id = '' AS is_anonymous", "if(session_id = '', 0, sipHash64(session_id)) AS session_key", "time", ...own].join(", ")}
  FROM events_v1
  WHERE project_id = {project: String} AND time >= {${prefix}activeFrom: DateTime64(3, 'UTC')} AND time < {${prefix}activeTo: DateTime64(3, 'UTC')}${part}${inFlows}${filter}`;
}
