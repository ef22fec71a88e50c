import { ATTR, EVENT } from "@voxloop/contract";
import { GROUPED_ERRORS, ofUnits, type Links } from "@voxloop/warehouse";
import { matchEvent } from "../../filters/event-filter.ts";
import type { ExplainQuery } from "./explanation.ts";

/** Where events can lie that come after the step: to the end of the last window. */
const SCANNED = `project_id = {project: String} AND time >= {from: DateTime64(3, 'UTC')}
    AND toUnixTimestamp64Milli(time) <= toUnixTimestamp64Milli({to: DateTime64(3, 'UTC')}) + {window: Int64}`;
const AT = "toUnixTimestamp64Milli(time) AS at";
const NO_SEGMENTS = "CAST([] AS Array(Tuple(String, String))) AS segments";

/** What is known of the event of the step, as far as it is. */
const SEGMENTS = `arrayFilter(pair -> pair.2 != '' AND NOT endsWith(pair.2, '='), [
      ('release', toString(service_version)), ('segment', concat('channel=', channel)), ('segment', concat('audience=', audience)),
      ('segment', concat('os=', os_name)), ('segment', concat('region=', region))]) AS segments`;

const attribute = (name: string) => `attributes['${name}']`;
/** A name and what it is of, if there is one. */
const joined = (name: string, of: string) => `trim(BOTH ' ' FROM concat(${name}, ' ', ${of}))`;

/** What an event is as a factor: its kind, its key, and when it is one at all. */
const BEHAVIOURS: { kind: string; event: string; key: string; when?: string }[] = [
  { kind: "request", event: EVENT.requestFailed, key: joined("toString(error_type)", "error_message") },
  {
    kind: "slow",
    event: EVENT.webVital,
    key: joined(attribute(ATTR.webVitalName), "toString(page)"),
    when: `${attribute(ATTR.webVitalRating)} != ''`,
  },
  { kind: "rage_click", event: EVENT.rageClick, key: attribute(ATTR.widgetName) },
  { kind: "dead_click", event: EVENT.deadClick, key: attribute(ATTR.widgetName) },
  {
    kind: "form",
    event: EVENT.formAbandoned,
    key: joined(attribute(ATTR.formName), attribute(ATTR.formField)),
  },
  { kind: "search", event: EVENT.search, key: "''", when: `${attribute(ATTR.searchResults)} = '0'` },
  {
    kind: "guidance",
    event: EVENT.guidance,
    key: attribute(ATTR.guidanceId),
    when: `${attribute(ATTR.guidanceAction)} = 'shown'`,
  },
];

/**
 * The events that explain a drop, with their unit: the step's own with its `segments`, all others, which say that the unit was
 * there, and once more what customers meet: `kind`, `key` and `is_met`, false for a measure that was good: who had it is whom
 * those with a bad one are compared with. To stand after FROM.
 */
export function factorEvents(query: ExplainQuery, links: Links): string {
  const rows = [stepRows(query), ACTIVITY, behaviourRows(), errorRows(query)].join("\n  UNION ALL\n");
  return ofUnits(rows, query.unit, links);
}

/** What customers meet alone; whether it failed an attempt is not told. */
export const metEvents = (query: ExplainQuery, links: Links): string =>
  ofUnits([behaviourRows(), errorRows()].join("\n  UNION ALL\n"), query.unit, links);

function stepRows(query: ExplainQuery): string {
  const step = query.steps[query.step - 1];
  return `
    SELECT customer_id, user_id = '' AS is_anonymous, session_id, ${AT}, event_id AS step_id, ${SEGMENTS}, '' AS kind, '' AS key, true AS is_met
    FROM events_v1 WHERE ${SCANNED} AND ${step === undefined ? "false" : matchEvent(step, "at").sql}`;
}

const ACTIVITY = `
    SELECT customer_id, user_id = '' AS is_anonymous, session_id, ${AT}, '' AS step_id, ${NO_SEGMENTS}, '' AS kind, '' AS key, true AS is_met
    FROM events_v1 WHERE ${SCANNED}`;

function behaviourRows(): string {
  const of = (value: (one: (typeof BEHAVIOURS)[number]) => string) =>
    `multiIf(${BEHAVIOURS.map((one) => `event_name = '${one.event}', ${value(one)}`).join(", ")}, '')`;
  const conditions = BEHAVIOURS.map(({ event, when = "true" }) => `(event_name = '${event}' AND ${when})`);
  return `
    SELECT customer_id, user_id = '' AS is_anonymous, session_id, ${AT}, '' AS step_id, ${NO_SEGMENTS},
      ${of(({ kind }) => `'${kind}'`)} AS kind, substringUTF8(${of(({ key }) => key)}, 1, 200) AS key,
      event_name != '${EVENT.webVital}' OR ${attribute(ATTR.webVitalRating)} = 'poor' AS is_met
    FROM events_v1
    WHERE ${SCANNED} AND event_name IN (${BEHAVIOURS.map(({ event }) => `'${event}'`).join(", ")}) AND (${conditions.join(" OR ")})`;
}

/**
 * A failed request is an error event too; it is told once, as what it is. Of a funnel, an error that failed an attempt at a flow of
 * its steps is a `failure`.
 */
const errorRows = (query?: ExplainQuery) => `
    SELECT customer_id, is_anonymous, session_id, ${AT}, '' AS step_id, ${NO_SEGMENTS},
      ${query === undefined ? "'error'" : `if(event_id IN (${failuresOf(query)}), 'failure', 'error')`} AS kind, fingerprint AS key, true AS is_met
    FROM ${GROUPED_ERRORS}
    WHERE ${SCANNED} AND event_id NOT IN (SELECT event_id FROM events_v1 WHERE ${SCANNED} AND event_name = '${EVENT.requestFailed}')`;

/** Attempts that failed, at the flows in which the step and the next one happen. */
function failuresOf({ steps, step }: ExplainQuery): string {
  const here = [steps[step - 1], steps[step]].flatMap((one, index) =>
    one === undefined ? [] : [`(${matchEvent(one, ["at", "next"][index] ?? "").sql})`],
  );
  return `
      SELECT event_id FROM transaction_events_v1
      WHERE ${SCANNED} AND outcome = 'failed'
        AND flow IN (SELECT flow FROM events_v1 WHERE ${SCANNED} AND flow != '' AND (${here.join(" OR ")}))`;
}
