import { activityOf, ofCustomers, ofKeys, ofUnits, OWN_KEY, type Links } from "@voxloop/warehouse";
import { matchEvent, toConditions, type EventFilter } from "./event-filter.ts";
import { mayHoldForNobodySeen, type SegmentDefinition, type SegmentRule } from "./segment.ts";

/** The customers of a segment as a report takes them. */
export interface SegmentFilter {
  /** A SELECT in brackets of `customer_key`s, to stand after `customer_key IN`; the caller binds {project}. */
  sql: string;
  params: Record<string, unknown>;
}

/** Of when a segment is: its days end at `to`, which does not belong to them. */
interface At {
  to: Date;
  links: Links;
}

const DAY_MS = 86_400_000;

/** Who is in a segment: of each rule whom it is about, counted together by customer. */
export function segmentFilter({ match, rules }: SegmentDefinition, at: At): SegmentFilter {
  const parts = rules.map((rule, index) => peopleOf(rule, `segment_${index}_`, at));
  if (mayHoldForNobodySeen({ match, rules })) {
    const withinDays = Math.max(...rules.map((rule) => rule.withinDays));
    parts.push(activePeople(withinDays, "segment_seen_", at));
  }
  const met = parts.map(({ sql }, index) => `SELECT customer_key, ${index} AS rule FROM (${sql})`);
  const holds = rules.map(({ kind }, index) => `countIf(rule = ${index}) ${kind === "didNot" ? "=" : ">"} 0`);
  return {
    sql: `(
    SELECT customer_key FROM (${met.join(" UNION ALL ")})
    WHERE customer_key != 0 GROUP BY customer_key HAVING ${holds.join(match === "all" ? " AND " : " OR ")})`,
    params: Object.assign({}, ...parts.map(({ params }) => params)) as Record<string, unknown>,
  };
}

/** One more condition on rows with a `customer_key`, opened by AND; without a segment none. */
export const andInSegment = (segment: SegmentFilter | undefined): string =>
  segment === undefined ? "" : ` AND customer_key IN ${segment.sql}`;

/** As `ofUnits`; with a segment only the rows of its customers, of whatever session. */
export function ofUnitsWithin(
  rows: string,
  unit: Parameters<typeof ofUnits>[1],
  { links, segment }: { links: Links; segment: SegmentFilter | undefined },
): string {
  if (segment === undefined) return ofUnits(rows, unit, links);
  const [key, isCounted] =
    unit === "session" ? ["sipHash64(session_id)", " AND session_id != ''"] : ["customer_key", ""];
  return `(SELECT *, ${key} AS unit FROM ${ofCustomers(rows, links, "is_anonymous")} WHERE true${andInSegment(segment)}${isCounted})`;
}

type People = SegmentFilter;

function peopleOf(rule: SegmentRule, prefix: string, at: At): People {
  if (rule.kind === "score") return scorers(rule, prefix, at);
  if (rule.kind === "was") return bearers(rule, prefix, at);
  const atLeast = rule.kind === "did" ? rule.atLeast : 1;
  if (atLeast === 1 && isAnything(rule)) return activePeople(rule.withinDays, prefix, at);
  return doers(rule, prefix, { ...at, atLeast });
}

const isAnything = ({ event, where = [] }: EventFilter) =>
  event === undefined && toConditions(where).length === 0;

const rangeBefore = (to: Date, days: number) => ({ from: new Date(to.getTime() - days * DAY_MS), to });

/** Whoever did anything, by the aggregate. */
function activePeople(withinDays: number, prefix: string, { to, links }: At): People {
  const { sql, params } = activityOf(rangeBefore(to, withinDays), { prefix });
  const rows = `SELECT DISTINCT own_key, is_anonymous FROM (${sql})`;
  return { sql: `SELECT customer_key FROM ${ofKeys(rows, links, "is_anonymous")}`, params };
}

type Doing = EventFilter & { withinDays: number };

function doers(rule: Doing, prefix: string, { to, links, atLeast }: At & { atLeast: number }): People {
  const match = matchEvent(rule, prefix);
  // Who did it once did it, however often it was sent; a copy is no second time.
  const [distinct, key, often] =
    atLeast === 1
      ? ["DISTINCT ", "", ""]
      : [
          "",
          ", sipHash64(event_id) AS event_key",
          ` GROUP BY customer_key HAVING uniqExact(event_key) >= {${prefix}times: UInt32}`,
        ];
  const rows = `
      SELECT ${distinct}${OWN_KEY} AS own_key, user_id = '' AS is_anonymous${key} FROM events_v1
      WHERE project_id = {project: String} AND ${within(prefix)} AND (${match.sql})`;
  return {
    sql: `SELECT customer_key FROM ${ofKeys(rows, links, "is_anonymous")}${often}`,
    params: {
      ...match.params,
      ...bounds(rule.withinDays, prefix, to),
      ...(atLeast > 1 && { [`${prefix}times`]: atLeast }),
    },
  };
}

const within = (prefix: string) =>
  `time >= {${prefix}from: DateTime64(3, 'UTC')} AND time < {${prefix}to: DateTime64(3, 'UTC')}`;

function bounds(withinDays: number, prefix: string, to: Date): Record<string, unknown> {
  return { [`${prefix}from`]: rangeBefore(to, withinDays).from, [`${prefix}to`]: to };
}

type Rule<Kind extends SegmentRule["kind"]> = Extract<SegmentRule, { kind: Kind }>;

/** Whose latest answer lies between the bounds. */
function scorers({ survey, min, max, withinDays }: Rule<"score">, prefix: string, { to, links }: At): People {
  const rows = `
      SELECT ${OWN_KEY} AS own_key, time, voice_id, score FROM voices_v1 FINAL
      WHERE project_id = {project: String} AND ${within(prefix)} AND survey_kind = {${prefix}survey: String} AND score IS NOT NULL`;
  const latest = "argMax(score, (time, voice_id))";
  const tests = [
    ...(min === undefined ? [] : [`${latest} >= {${prefix}min: Float64}`]),
    ...(max === undefined ? [] : [`${latest} <= {${prefix}max: Float64}`]),
  ];
  return {
    sql: `SELECT customer_key FROM ${ofKeys(rows, links)} GROUP BY customer_key HAVING ${tests.join(" AND ")}`,
    params: {
      ...bounds(withinDays, prefix, to),
      [`${prefix}survey`]: survey,
      ...(min !== undefined && { [`${prefix}min`]: min }),
      ...(max !== undefined && { [`${prefix}max`]: max }),
    },
  };
}

const COLUMN_OF = {
  channel: "channel",
  audience: "audience",
  os: "os_name",
  release: "service_version",
  region: "region",
  environment: "environment",
} as const satisfies Record<Rule<"was">["property"], string>;

/** Who had one of the values, at any time or in the latest hour with a value: the aggregate knows no minutes. */
function bearers(
  { property, values, when, withinDays }: Rule<"was">,
  prefix: string,
  { to, links }: At,
): People {
  const column = COLUMN_OF[property];
  const { sql, params } = activityOf(rangeBefore(to, withinDays), { prefix, columns: [column] });
  const rows = `
      SELECT DISTINCT own_key, is_anonymous, toStartOfHour(time) AS hour, ${column} IN {${prefix}values: Array(String)} AS has_value
      FROM (${sql}) WHERE ${column} != ''`;
  const test = when === "any" ? "max(has_value)" : "maxIf(hour, has_value) = max(hour)";
  return {
    sql: `SELECT customer_key FROM ${ofKeys(rows, links, "is_anonymous")} GROUP BY customer_key HAVING ${test}`,
    params: { ...params, [`${prefix}values`]: values },
  };
}
