import { ofUnits, type Links } from "@voxloop/warehouse";
import { matchEvent, propertyText } from "../filters/event-filter.ts";
import { ofUnitsWithin, type SegmentFilter } from "../filters/segment-filter.ts";
import type { FunnelQuery } from "./funnel.ts";

/** What a chain is found for beside how far it goes. */
export interface ChainOptions {
  /** A property whose text at step 1 each chain carries as `value`. */
  property?: string | undefined;
  /** Whether each chain carries the customer's id, or the session's, as `name`. */
  named?: boolean | undefined;
  /** The one unit to look at: any of a customer's ids, or a session's. */
  only?: string | undefined;
  /** Only what its customers do is looked at. */
  segment?: SegmentFilter | undefined;
}

/** The conditions of every step and exclusion, and what all SQL of one funnel binds, but {project} and {now}. */
export function matchFunnel(query: FunnelQuery, { property = "", only = "", segment }: ChainOptions) {
  const steps = query.steps.map((step, index) => matchEvent(step, `step_${index}`));
  const exclusions = (query.exclude ?? []).map((one, index) => matchEvent(one, `exclude_${index}`));
  const params: Record<string, unknown> = {
    from: new Date(query.from),
    to: new Date(query.to),
    window: query.windowSeconds * 1000,
    steps: query.steps.length,
    names: [...new Set([...query.steps, ...(query.exclude ?? [])].map(({ event }) => event))],
    hold_key: query.hold ?? "",
    property_key: property,
    only,
    ...segment?.params,
    ...Object.assign({}, ...[...steps, ...exclusions].map((match) => match.params)),
  };
  return { steps: steps.map(({ sql }) => sql), exclusions: exclusions.map(({ sql }) => sql), params };
}

const START_IN_RANGE = "time < {to: DateTime64(3, 'UTC')}";
const SCANNED = `project_id = {project: String} AND time >= {from: DateTime64(3, 'UTC')}
        AND toUnixTimestamp64Milli(time) < toUnixTimestamp64Milli({to: DateTime64(3, 'UTC')}) + {window: Int64}`;
const IDS = "customer_id, user_id = '' AS is_anonymous, session_id";

const bits = (matches: readonly string[]) =>
  matches.map((sql, index) => `bitShiftLeft(toUInt32(${sql}), ${index})`).join(" + ") || "toUInt32(0)";

/** Events with the nth bit of `mask` saying that they are of step n, and of `bars` that they are of exclusion n. */
function unitRows(query: FunnelQuery, links: Links, options: ChainOptions): string {
  const { steps, exclusions } = matchFunnel(query, options);
  const first = steps[0] ?? "false";
  const start = `${first} AND ${START_IN_RANGE}`;
  const masks = bits(query.order === "any" ? steps : [start, ...steps.slice(1)]);
  const isStrict = query.order === "strict";
  const matters = isStrict ? "" : "AND event_name IN {names: Array(String)} AND (mask != 0 OR bars != 0)";
  const rows = `
      SELECT ${IDS}, toUnixTimestamp64Milli(time) AS at, received_at, event_id, ${masks} AS mask, ${bits(exclusions)} AS bars,
        ${query.hold === undefined ? "''" : propertyText(query.hold, "hold_key")} AS held,
        ${valueOf(options)} AS label
      FROM events_v1 WHERE ${SCANNED} ${matters}`;
  const starting = `SELECT ${IDS} FROM events_v1 WHERE ${SCANNED} AND ${start}`;
  const earlier = `
      SELECT ${IDS} FROM events_v1 WHERE project_id = {project: String} AND time < {from: DateTime64(3, 'UTC')} AND ${first}`;
  const one = "SELECT {only: String} AS customer_id, true AS is_anonymous, {only: String} AS session_id";
  const units = (of: string) => `(SELECT unit FROM ${ofUnits(of, query.unit, links)})`;
  const conditions = [
    ...(isStrict ? [`unit IN ${units(starting)}`] : []),
    ...(options.only === undefined ? [] : [`unit IN ${units(one)}`]),
    ...(query.firstEver === true ? [`unit NOT IN ${units(earlier)}`] : []),
  ];
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  return `(SELECT * FROM ${ofUnitsWithin(rows, query.unit, { links, segment: options.segment })} ${where})`;
}

export const valueOf = ({ property }: ChainOptions) =>
  property === undefined ? "''" : propertyText(property, "property_key");

/**
 * A unit's events, each once, in arrival order: `times`, `event_ids`, `masks`, `bars`, `labels`, and their `places` among
 * all of the unit's, of which `last_place` is the last. With `hold` a row is one value of one unit.
 */
export function unitEvents(query: FunnelQuery, links: Links, options: ChainOptions): string {
  const rows = unitRows(query, links, options);
  const name = query.unit === "session" ? "session_id" : "customer_id";
  const named = options.named === true ? `toString(any(${name}))` : "''";
  // Of the first step's bits only the first stays.
  const mask = query.firstEver === true ? "bitAnd(event.5, if(place = first, -1, -2))" : "event.5";
  const ordered = `
    SELECT unit, ${named} AS name, arraySort(groupArray((at, received_at, length(event_id), event_id, mask, bars, held, label))) AS sent,
      arrayFilter((event, copy) -> copy = 1, sent, arrayEnumerateUniq(sent.4)) AS events
    FROM ${rows} GROUP BY unit`;
  const placed = `
    SELECT unit, name, toUInt32(length(events)) AS last_place, arrayFirstIndex(event -> bitTest(event.5, 0), events) AS first,
      arrayMap((event, place) -> (place, event.1, event.4, ${mask}, event.6, event.7, event.8), events, arrayEnumerate(events)) AS all_placed,
      arrayFilter(event -> event.4 != 0 OR event.5 != 0, all_placed) AS kept
    FROM (${ordered})`;
  const held = `
    SELECT unit, any(name) AS name, any(last_place) AS last_place, arraySort(groupArray(one)) AS kept
    FROM (SELECT unit, name, last_place, arrayJoin(kept) AS one FROM (${placed})) WHERE one.6 != '' GROUP BY unit, one.6`;
  return `
  SELECT unit, name, last_place, kept.1 AS places, kept.2 AS times, kept.3 AS event_ids, kept.4 AS masks, kept.5 AS bars,
    kept.7 AS labels
  FROM (${query.hold === undefined ? placed : held})`;
}
