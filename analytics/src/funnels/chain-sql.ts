import { ofUnits, type Links } from "@voxloop/warehouse";
import { matchEvent, type EventMatch } from "../filters/event-filter.ts";
import type { FunnelQuery } from "./funnel.ts";

/**
 * SQL that finds how far each unit came in an ordered funnel: one row a unit that did step 1 in the range, with
 * `unit`, `depth` (steps reached), `ids` and `moments` (event id and Unix milliseconds of each step reached), `start`,
 * and `open` (its latest window has not ended at {now}). The caller binds {project} and {now}.
 *
 * Events are in arrival order (time, then receipt, then id), each once. For every step and event the query holds the start of
 * the best chain that ends there or earlier; the latest start is the best, having most of its window left, and it never
 * goes back in time, so filling each gap with the value before it finds the deepest step in one pass a step. The chain that
 * counts is the one that first reached that step, with each earlier step as late as it can be.
 */
export function chainSql(query: FunnelQuery, links: Links): { sql: string; params: Record<string, unknown> } {
  const matches = query.steps.map((step, index) => matchEvent(step, `step_${index}`));
  const params = {
    from: new Date(query.from),
    to: new Date(query.to),
    window: query.windowSeconds * 1000,
    steps: query.steps.length,
    names: [...new Set(query.steps.map((step) => step.event))],
    ...Object.assign({}, ...matches.map((match) => match.params)),
  };
  const sql = `
  SELECT unit, countEqual(indices, 0) AS missed, toUInt8(length(indices) - missed) AS depth,
    arrayMap(index -> times[index], indices) AS moments, arrayMap(index -> event_ids[index], indices) AS ids,
    moments[1] AS start, latest + {window: Int64} > {now: Int64} AS open
  FROM (
    SELECT unit, times, event_ids, found.4 AS latest, ${INDICES} AS indices
    FROM (
      SELECT unit, times, event_ids, masks,
        arrayFold((found, step) -> (${LEVEL}), range({steps: UInt8}), ${NOTHING_FOUND}) AS found
      FROM (${orderedSql(matches, query.unit, links)})
    )
  )
  WHERE depth > 0`;
  return { sql, params };
}

/** A unit's events that are of any step, each once, in arrival order; the nth bit of a mask says that the event is of step n. */
function orderedSql(matches: readonly EventMatch[], unit: FunnelQuery["unit"], links: Links): string {
  const masks = matches.map(({ sql }, index) => {
    const inRange = index === 0 ? " AND time < {to: DateTime64(3, 'UTC')}" : "";
    return `bitShiftLeft(toUInt32(${sql}${inRange}), ${index})`;
  });
  const events = `
      SELECT customer_id, user_id = '' AS is_anonymous, session_id, toUnixTimestamp64Milli(time) AS at, received_at, event_id, ${masks.join(" + ")} AS mask
      FROM events_v1
      WHERE project_id = {project: String} AND event_name IN {names: Array(String)}
        AND time >= {from: DateTime64(3, 'UTC')}
        AND toUnixTimestamp64Milli(time) < toUnixTimestamp64Milli({to: DateTime64(3, 'UTC')}) + {window: Int64}
        AND mask != 0`;
  return `
  SELECT unit, events.1 AS times, events.4 AS event_ids, events.5 AS masks
  FROM (
    SELECT unit, arraySort(groupArray((at, received_at, length(event_id), event_id, mask))) AS sent,
      arrayFilter((event, copy) -> copy = 1, sent, arrayEnumerateUniq(sent.4)) AS events
    FROM ${ofUnits(events, unit, links)}
    GROUP BY unit
  )`;
}

// What is found of the steps so far: 1. at each event, the start of the best chain before it, being the event's own time
// before step 1; 2. of each step, the index of the first event that reached it; 3. of each step, at each event, the
// index where the best chain so far ends; 4. the latest step 1.
const NOTHING_FOUND = "(times, emptyArrayUInt32(), CAST([] AS Array(Array(UInt32))), toInt64(-1))";

/** At each event, the start of the chain that ends there with the step; -1 where none does. */
const STARTS = `arrayMap(
  (time, mask, start) -> if(bitTest(mask, step) AND start != -1 AND time - start <= {window: Int64}, start, toInt64(-1)),
  times, masks, found.1)`;
const FILLED = `arrayFill(start -> start != -1, ${STARTS})`;

const LEVEL = `
  arrayPopBack(arrayPushFront(${FILLED}, toInt64(-1))),
  arrayPushBack(found.2, toUInt32(arrayFirstIndex(start -> start != -1, ${STARTS}))),
  arrayPushBack(found.3, arrayFill(end -> end != 0,
    arrayMap((start, end) -> if(start != -1, end, toUInt32(0)), ${STARTS}, arrayEnumerate(times)))),
  if(step = 0, ${FILLED}[-1], found.4)`;

/** Of each step, the index of its event in the chain that counts, found backwards from the deepest; 0 when not reached. */
const INDICES = `arrayReverse(arrayFold(
  (chain, first, ends) -> arrayPushBack(chain, if(chain[-1] = 0, first, ends[chain[-1] - 1])),
  arrayReverse(found.2), arrayReverse(found.3), emptyArrayUInt32()))`;
