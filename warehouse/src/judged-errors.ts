import { mayBeLinked, ofCustomers, ofKeys, OWN_KEY, type Links } from "./customers.ts";
import { GROUPED_ERRORS } from "./groups.ts";

/** Of the whole range, or without the hours from {settledFrom} to {settledTo}. */
export type JudgedPart = "all" | "unsettled";

const ERRORS = `
  SELECT *, ${OWN_KEY} AS stored_key FROM ${GROUPED_ERRORS}
  WHERE project_id = {project: String} AND time >= {since: DateTime64(3, 'UTC')} AND time < {until: DateTime64(3, 'UTC')}
    AND (empty({only: Array(String)}) OR has({only: Array(String)}, fingerprint))`;

const SUCCESSES = `
  SELECT flow, ${OWN_KEY} AS own_key, time, is_anonymous FROM transaction_events_v1
  WHERE project_id = {project: String} AND outcome = 'succeeded' AND time > {since: DateTime64(3, 'UTC')}
    AND time < {until: DateTime64(3, 'UTC')} + toIntervalSecond({recovery: UInt32})`;

const UNSETTLED =
  " AND (time < {settledFrom: DateTime64(3, 'UTC')} OR time >= {settledTo: DateTime64(3, 'UTC')})";
const UNSETTLED_SUCCESSES = ` AND (time > {settledTo: DateTime64(3, 'UTC')}
    OR time <= {settledFrom: DateTime64(3, 'UTC')} + toIntervalSecond({recovery: UInt32}))`;

/** The error events from {since} (included) to {until} (excluded), of the groups {only} or of all when that is empty. */
export function storedErrors(links: Links, part: JudgedPart = "all"): string {
  return ofCustomers(part === "all" ? ERRORS : ERRORS + UNSETTLED, links, "is_anonymous");
}

/** Successes by the key of their customer; only those under ids that may be linked, which are few, are looked up. */
function successesOf(links: Links, part: JudgedPart): string {
  const successes = part === "all" ? SUCCESSES : SUCCESSES + UNSETTLED_SUCCESSES;
  const linked = mayBeLinked("is_anonymous", links);
  const unlinked = `SELECT sipHash64(flow, own_key) AS flow_key, time FROM (${successes})`;
  if (links === "none") return unlinked;
  return `
      ${unlinked} WHERE NOT ${linked}
      UNION ALL
      SELECT sipHash64(flow, customer_key) AS flow_key, time
      FROM ${ofKeys(`SELECT * FROM (${successes}) WHERE ${linked}`, links)}`;
}

/**
 * The same with `blocked` and the keys to count by. A success of the same flow by the same customer in (time, time +
 * {recovery} seconds] makes up for an error, under whatever id each was stored; one at the very millisecond of the error was
 * there before it. Errors outside flows, or of nobody, cannot be made up for and do not block. A retried event is two rows
 * until parts merge: count distinct keys. Keys are 64-bit hashes; a million of them collide once in 37 million rankings.
 */
export function judgedErrors(links: Links, part: JudgedPart = "all"): string {
  return `(
  WITH errors AS (SELECT *, sipHash64(flow, customer_key) AS flow_key FROM ${storedErrors(links, part)}),
    successes AS (SELECT * FROM (${successesOf(links, part)})${part === "all" ? " WHERE flow_key IN (SELECT flow_key FROM errors)" : ""})
  SELECT e.*, sipHash64(event_id) AS event_key,
    sipHash64(e.flow_key, transaction_id = '', if(transaction_id = '', event_id, transaction_id)) AS attempt_key,
    flow != '' AND customer_key != 0
      AND NOT (s.time > e.time AND s.time <= e.time + toIntervalSecond({recovery: UInt32})) AS blocked
  FROM errors AS e ASOF LEFT JOIN successes AS s ON s.flow_key = e.flow_key AND e.time < s.time)`;
}
