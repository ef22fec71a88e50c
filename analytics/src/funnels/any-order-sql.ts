import type { Links } from "@voxloop/warehouse";
import type { FunnelQuery } from "./funnel.ts";
import { unitEvents, type ChainOptions } from "./unit-events.ts";

/**
 * SQL of the chains of a funnel whose steps may come in any order, as `walkSql` gives them, the nth step being the nth done.
 *
 * An event serves the first step in the list that it is of; steps that are the same take as many events as there are of them.
 * So the most that is done by an event, within the window before it, is how many of the steps' latest events lie in it.
 */
export function anyOrderSql(query: FunnelQuery, links: Links, options: ChainOptions): string {
  const slots = slotsOf(query);
  const names = slots.map((_, at) => `slot_${at}`);
  const slotted = slots.reduce(slotSql, kindsSql(query, links, options));
  const inWindow = names
    .map((slot) => `(${slot}.1 != 0 AND time - ${slot}.2 <= {window: Int64})`)
    .join(" + ");
  const depths = `arrayMap((time, start, ${names.join(", ")}) ->
    if(start.1 != 0 AND time - start.2 <= {window: Int64}, toUInt8(${inWindow}), toUInt8(0)), times, starts, ${names.join(", ")})`;
  return chainsSql(`
    SELECT *, ${depths} AS depths, arrayMax(depths) AS depth, indexOf(depths, depth) AS last,
      [${names.map((slot) => `${slot}[last]`).join(", ")}] AS latest,
      starts[-1].1 != 0 AND starts[-1].2 + {window: Int64} > {now: Int64} AS open
    FROM (${slotted})`);
}

/** The steps' latest events at the first that made the most of them, and a start among them, if need be in another's place. */
const chainsSql = (deepest: string) => `
  SELECT unit, name, depth, start, open, false AS removed, '' AS cut_id, labels[indices[1]] AS value, places[last] AS place,
    arrayMap(index -> times[index], indices) AS moments, arrayMap(index -> event_ids[index], indices) AS ids
  FROM (
    SELECT *, arraySort(if(isBegun, found.1, arrayPushBack(arrayFilter(number -> number != replaced, found.1), starter.1))) AS done,
      arrayResize(done, {steps: UInt8}, 0) AS indices, times[indices[1]] AS start
    FROM (
      SELECT *, starts[last] AS starter, arrayFilter(event -> event.1 != 0 AND times[last] - event.2 <= {window: Int64}, latest) AS found,
        arrayExists(event -> event.2 < toUnixTimestamp64Milli({to: DateTime64(3, 'UTC')}), found) AS isBegun,
        arrayMin(arrayMap(event -> if(event.3 = starter.3, event.1, toUInt32(4294967295)), found)) AS replaced
      FROM (${deepest})
      WHERE depth > 0
    )
  )`;

interface Slot {
  /** Which of the different steps it is, from 1. */
  kind: number;
  /** Which of the latest events of that kind it holds, from 0. */
  nth: number;
}

const keysOf = ({ steps }: FunnelQuery) =>
  steps.map(({ event, where }) => JSON.stringify([event, where ?? {}]));

function slotsOf(query: FunnelQuery): Slot[] {
  const keys = keysOf(query);
  const kinds = [...new Set(keys)];
  return kinds.flatMap((kind, at) =>
    keys.filter((key) => key === kind).map((_, nth) => ({ kind: at + 1, nth })),
  );
}

/** Adds a slot: at each event, the one that is the nth latest of its kind by then. */
function slotSql(inner: string, { kind, nth }: Slot, at: number): string {
  const occurring = nth === 0 ? "(number, time, kind)" : "earlier";
  const earlier = nth === 0 ? "kinds" : `arrayPopBack(arrayPushFront(slot_${at - 1}, ${NOTHING}))`;
  return `
    SELECT *, arrayFill(event -> event.3 != 0, arrayMap((kind, number, time, earlier) ->
      if(kind = ${kind}, ${occurring}, ${NOTHING}), kinds, numbers, times, ${earlier})) AS slot_${at}
    FROM (${inner})`;
}

const NOTHING = "(toUInt32(0), toInt64(0), toUInt8(0))";

/** Events with the kind of step that they serve, and the latest one before or at each that may start. */
function kindsSql(query: FunnelQuery, links: Links, options: ChainOptions): string {
  const keys = keysOf(query);
  const bits = [...new Set(keys)].map((key, at) => `bitTest(mask, ${keys.indexOf(key)}), ${at + 1}`);
  return `
    SELECT *, arrayEnumerate(times) AS numbers, arrayMap(mask -> toUInt8(multiIf(${bits.join(", ")}, 0)), masks) AS kinds,
      arrayFill(event -> event.1 != 0, arrayMap((kind, number, time) ->
        if(time < toUnixTimestamp64Milli({to: DateTime64(3, 'UTC')}), (number, time, kind), ${NOTHING}), kinds, numbers, times)) AS starts
    FROM (${unitEvents(query, links, options)})`;
}
