import type { Links } from "@voxloop/warehouse";
import { followersOf, longestWithin, predecessorsOf } from "./followers.ts";
import type { Exclusion, FunnelQuery } from "./funnel.ts";
import { unitEvents, type ChainOptions } from "./unit-events.ts";

/**
 * SQL of the chains of a funnel of given order with whatever else it asks, one row a unit, or a value of `hold`: as the
 * plain chains' has, with `indices` of each step's event, 0 of one not reached, and `place` of the deepest.
 *
 * As there, the latest start is the best and never goes back in time, now over all events that a step may follow: those of
 * the required step before it and of the optional ones between. So each level holds, at each event, the latest of these
 * before it, and one pass a step finds the chains. An exclusion cuts the history: what is found before it stays as it is.
 */
export function walkSql(query: FunnelQuery, links: Links, options: ChainOptions): string {
  const levels = query.steps.map((_, step) => step);
  const start = `
    SELECT *, arrayEnumerate(times) AS numbers, ${NOTHING} AS nothing,
      arrayMap((mask, number, time) -> if(bitTest(mask, 0), (number, time), nothing), masks, numbers, times) AS ends_0,
      arrayMap(number -> (toUInt32(0), toInt64(0), toInt64(0), toUInt32(0), toUInt32(0), toUInt8(0)), numbers) AS before_0
    FROM (${unitEvents(query, links, options)})`;
  const walked = levels.slice(1).reduce((inner, step) => levelSql(inner, query, step), start);
  const firsts = levels.map((step) => `arrayFirstIndex(end -> end.1 != 0, ends_${step})`);
  const befores = levels.toReversed().map((step) => `before_${step}`);
  return `
  SELECT unit, name, depth, start, open, removed, cut_id, labels[indices[1]] AS value, places[indices[depth]] AS place,
    arrayMap(index -> times[index], indices) AS moments, arrayMap(index -> event_ids[index], indices) AS ids
  FROM (
    SELECT *, times[indices[1]] AS start, if(cut = 0, '', event_ids[cut]) AS cut_id,
      arrayReverse(arrayFold((chain, level, before) -> if(chain.3 = level,
          (arrayPushBack(chain.1, chain.2), (before[chain.2] AS previous).5, previous.6),
          (arrayPushBack(chain.1, toUInt32(0)), chain.2, chain.3)),
        arrayReverse(range(1, {steps: UInt8} + 1)), [${befores.join(", ")}],
        (emptyArrayUInt32(), toUInt32(firsts[depth]), toUInt8(depth))).1) AS indices
    FROM (
      SELECT *, [${firsts.join(", ")}] AS firsts, cut != 0 AS removed, NOT removed AND (${isOpen(query)}) AS open,
        toUInt8(arrayLastIndex(first -> first != 0 AND (cut = 0 OR first < cut), firsts)) AS depth
      FROM (SELECT *, ${cutSql(query)} AS cut FROM (${walked}))
      WHERE depth > 0
    )
  )`;
}

/** Of an end of a chain: the number of its start and the start's time; 0 where no chain ends. */
const NOTHING = "(toUInt32(0), toInt64(0))";

const shifted = (array: string) =>
  `arrayPopBack(arrayPushFront(${array}, defaultValueOfTypeName(toTypeName(${array}[1]))))`;

/** Adds a step: at each event the end it may follow, as (start, its time, time, place, number, level), and who ends with it. */
function levelSql(inner: string, query: FunnelQuery, step: number): string {
  const previous = predecessorsOf(query, step);
  const ends = previous.map((at) => `end_${at}`);
  const best =
    previous.length === 1
      ? ends[0]
      : `arrayReduce('argMax', [${ends.join(", ")}], [${ends.map((end) => `${end}.1`).join(", ")}])`;
  const level =
    previous.length === 1
      ? `toUInt8(${(previous[0] ?? 0) + 1})`
      : `toUInt8(multiIf(${previous.map((at) => `end_${at}.1 = best.1, ${at + 1}`).join(", ")}, 0))`;
  const candidates = `arrayMap((${[...ends, "time", "place", "number"].join(", ")}) ->
        ((${best} AS best).1, best.2, time, place, number, ${level}), ${previous.map((at) => `ends_${at}`).join(", ")}, times, places, numbers)`;
  return `
    SELECT *, arrayMap((mask, time, place, previous) -> if(bitTest(mask, ${step}) AND ${canFollow(query, step)}, (previous.1, previous.2), nothing),
      masks, times, places, before_${step}) AS ends_${step}
    FROM (SELECT *, arrayFill(end -> end.1 != 0, ${candidates}) AS filled_${step}, ${shifted(`filled_${step}`)} AS before_${step} FROM (${inner}))`;
}

function canFollow({ order, steps }: FunnelQuery, step: number): string {
  const within = steps[step]?.withinSeconds;
  return [
    "previous.1 != 0 AND time - previous.2 <= {window: Int64}",
    ...(within === undefined ? [] : [`time - previous.3 <= ${within * 1000}`]),
    ...(order === "strict" ? ["place = previous.4 + 1"] : []),
  ].join(" AND ");
}

/** A level's ends with their time and place, in which the last before an event is looked for. */
const lastEnds = (step: number) =>
  `arrayFill(end -> end.1 != 0, arrayMap((end, time, place) -> (end.1, end.2, time, place), ends_${step}, times, places))`;

/** Whether a chain that `end` names could be gone on with: SQL of a time, and a place if the order is strict. */
function isWaiting(
  query: FunnelQuery,
  step: number,
  at: { inTime: (until: string) => string; place: string },
): string {
  const longest = longestWithin(query, followersOf(query, step));
  return [
    `end.1 != 0 AND ${at.inTime("end.2 + {window: Int64}")}`,
    ...(longest === Infinity ? [] : [at.inTime(`end.3 + ${longest * 1000}`)]),
    ...(query.order === "strict" ? [`end.4 = ${at.place}`] : []),
  ].join(" AND ");
}

/** In time at {now}, and at an event. */
const isNow = (until: string) => `${until} > {now: Int64}`;
const isThen = (until: string) => `time <= ${until}`;

/** Whether any chain that has not reached the last step can still go on at {now}. */
function isOpen(query: FunnelQuery): string {
  return query.steps
    .slice(0, -1)
    .map(
      (_, step) =>
        `arrayExists(end -> ${isWaiting(query, step, { inTime: isNow, place: "last_place" })}, [${lastEnds(step)}[-1]])`,
    )
    .join(" OR ");
}

/** The first event that removes the unit; 0 when none does. */
function cutSql(query: FunnelQuery): string {
  const cuts = (query.exclude ?? []).map((one, index) => firstExcluded(query, one, index));
  if (cuts.length === 0) return "toUInt32(0)";
  return `toUInt32(arrayMin(arrayFilter(number -> number != 0, [${cuts.join(", ")}])))`;
}

/** The first excluded event that finds a chain waiting between the two steps whose start has not reached the second by then. */
function firstExcluded(query: FunnelQuery, { fromStep, toStep }: Exclusion, index: number): string {
  const levels = query.steps.map((_, step) => step);
  const required =
    levels.find((step) => step >= toStep - 1 && query.steps[step]?.optional !== true) ?? toStep - 1;
  const reached = levels.slice(toStep - 1, required + 1);
  const reachedNames = reached.map((step) => `reached_${step}`);
  const numbers = levels.slice(fromStep - 1, toStep - 1).map((step) => {
    const waiting = isWaiting(query, step, { inTime: isThen, place: "place - 1" });
    const arrays = reached.map((to) => `arrayFill(number -> number != 0, ends_${to}.1)`);
    return `arrayFirstIndex((bar, time, place, end, ${reachedNames.join(", ")}) -> bitTest(bar, ${index}) AND ${waiting} AND end.1 > greatest(${reachedNames.join(", ")}),
      bars, times, places, ${shifted(lastEnds(step))}, ${arrays.join(", ")})`;
  });
  return numbers.join(", ");
}
