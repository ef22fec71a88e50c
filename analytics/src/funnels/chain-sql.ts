import type { Links } from "@voxloop/warehouse";
import { ofUnitsWithin } from "../filters/segment-filter.ts";
import { anyOrderSql } from "./any-order-sql.ts";
import type { FunnelQuery } from "./funnel.ts";
import { matchFunnel, valueOf, type ChainOptions } from "./unit-events.ts";
import { walkSql } from "./walk-sql.ts";

/**
 * SQL that finds how far each unit came in a funnel: one row a unit that did step 1 in the range, with `unit`, `depth` (the
 * furthest step reached), `ids` and `moments` (event id and Unix milliseconds of each step; "" and 0 of one not reached),
 * `start`, `open` (it can still go on at {now}), `removed` (by an exclusion) and `value`. The caller binds {project} and {now}.
 */
export function chainSql(
  query: FunnelQuery,
  links: Links,
  options: ChainOptions = {},
): { sql: string; params: Record<string, unknown> } {
  const { params } = matchFunnel(query, options);
  if (isPlain(query, options)) return { sql: plainSql(query, links, options), params };
  const toSql = query.order === "any" ? anyOrderSql : walkSql;
  const sql = toSql(query, links, options);
  if (query.hold === undefined) return { sql, params };
  // A unit is counted by the value that came furthest, and of these the one that came there first.
  return {
    sql: `
  SELECT * REPLACE (max(open) OVER (PARTITION BY unit) AS open) FROM (${sql})
  ORDER BY unit, depth DESC, place LIMIT 1 BY unit`,
    params,
  };
}

function isPlain(
  { steps, order, exclude = [], hold, firstEver }: FunnelQuery,
  { named, only }: ChainOptions,
) {
  const isBare = steps.every(
    ({ optional, withinSeconds }) => optional !== true && withinSeconds === undefined,
  );
  const asksMore = exclude.length > 0 || hold !== undefined || firstEver === true;
  return order === "ordered" && isBare && !asksMore && named !== true && only === undefined;
}

/**
 * Of the plain funnel: events are in arrival order (time, then receipt, then id), each once. For every step and event the query holds the start of
 * the best chain that ends there or earlier; the latest start is the best, having most of its window left, and it never
 * goes back in time, so filling each gap with the value before it finds the deepest step in one pass a step. The chain that
 * counts is the one that first reached that step, with each earlier step as late as it can be.
 */
function plainSql(query: FunnelQuery, links: Links, options: ChainOptions): string {
  return `
  SELECT unit, countEqual(indices, 0) AS missed, toUInt8(length(indices) - missed) AS depth,
    arrayMap(index -> times[index], indices) AS moments, arrayMap(index -> event_ids[index], indices) AS ids,
    moments[1] AS start, latest + {window: Int64} > {now: Int64} AS open, false AS removed, ${options.property === undefined ? "''" : "labels[indices[1]]"} AS value
  FROM (
    SELECT *, found.4 AS latest, ${INDICES} AS indices
    FROM (
      SELECT *, arrayFold((found, step) -> (${LEVEL}), range({steps: UInt8}), ${NOTHING_FOUND}) AS found
      FROM (${orderedSql(query, links, options)})
    )
  )
  WHERE depth > 0`;
}

/** A unit's events that are of any step, each once, in arrival order; the nth bit of a mask says that the event is of step n. */
function orderedSql(query: FunnelQuery, links: Links, options: ChainOptions): string {
  const masks = matchFunnel(query, options).steps.map((sql, index) => {
    const inRange = index === 0 ? " AND time < {to: DateTime64(3, 'UTC')}" : "";
    return `bitShiftLeft(toUInt32(${sql}${inRange}), ${index})`;
  });
  const isValued = options.property !== undefined;
  const events = `
      SELECT customer_id, user_id = '' AS is_anonymous, session_id, toUnixTimestamp64Milli(time) AS at, received_at, event_id,
        ${masks.join(" + ")} AS mask${isValued ? `, ${valueOf(options)} AS label` : ""}
      FROM events_v1
      WHERE project_id = {project: String} AND event_name IN {names: Array(String)}
        AND time >= {from: DateTime64(3, 'UTC')}
        AND toUnixTimestamp64Milli(time) < toUnixTimestamp64Milli({to: DateTime64(3, 'UTC')}) + {window: Int64}
        AND mask != 0`;
  return `
  SELECT unit, events.1 AS times, events.4 AS event_ids, events.5 AS masks${isValued ? ", events.6 AS labels" : ""}
  FROM (
    SELECT unit, arraySort(groupArray((at, received_at, length(event_id), event_id, mask${isValued ? ", label" : ""}))) AS sent,
      arrayFilter((event, copy) -> copy = 1, sent, arrayEnumerateUniq(sent.4)) AS events
    FROM ${ofUnitsWithin(events, query.unit, { links, segment: options.segment })}
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
