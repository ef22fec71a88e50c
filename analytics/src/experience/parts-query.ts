import { ATTR, EVENT } from "@voxloop/contract";
import { activityOf, linksOf, ofCustomers, type Warehouse } from "@voxloop/warehouse";
import type { Range } from "../http/range.ts";
import { cell, type Cell } from "./cell.ts";
import type { SegmentColumn, TrendStep } from "./experience-index.ts";
import { ATTEMPT } from "./query.ts";

export interface PartsQuestion {
  projectId: string;
  timeZone: string;
  range: Range;
  /** Tells days or weeks apart. */
  by?: TrendStep;
  /** Tells the values of a column apart. */
  segment?: SegmentColumn;
}

/** Up to these a measure is good (https://web.dev/articles/vitals); a screen is held to the same as a page's largest paint. */
const GOOD_MS = { lcp: 2500, inp: 200, screen: 2500 };
const GOOD_SHIFT = 0.1;

const COLUMN_OF = {
  channel: "channel",
  audience: "audience",
  os: "os_name",
  release: "service_version",
  region: "region",
} as const satisfies Record<SegmentColumn, string>;

const STEP_OF = {
  day: (time: string) => `toString(toDate(${time}, {timeZone: String}))`,
  week: (time: string) => `toString(toMonday(toDate(${time}, {timeZone: String})))`,
};

const IN_RANGE = `project_id = {project: String} AND time >= {from: DateTime64(3, 'UTC')} AND time < {to: DateTime64(3, 'UTC')}`;
const COUNTED = "countIf(points = 0) AS zero, countIf(points = 50) AS half, countIf(points = 100) AS full";
const SHARE = "countIf(NOT is_good) AS zero, toUInt64(0) AS half, countIf(is_good) AS full";

/** The units of all parts in a range. */
export async function countParts(warehouse: Warehouse, question: PartsQuestion): Promise<Cell[]> {
  const cells = await Promise.all(
    [countAttempts, countSessions, countMeasures, countVoices].map((count) => count(warehouse, question)),
  );
  return cells.flat();
}

function ask(
  warehouse: Warehouse,
  { projectId, range, timeZone }: PartsQuestion,
  { name, sql, params = {} }: { name: string; sql: string; params?: Record<string, unknown> },
): Promise<Cell[]> {
  const bound = { project: projectId, ...range, timeZone, ...params };
  return warehouse.query({ name, sql, params: bound, row: cell });
}

const columnOf = ({ segment }: PartsQuestion) => (segment === undefined ? "''" : COLUMN_OF[segment]);
const stepOf = ({ by }: PartsQuestion, time: string) => (by === undefined ? "''" : STEP_OF[by](time));

/** Attempts that ended, each once, at its last end: one that failed and then succeeded under the same id did succeed. */
async function countAttempts(warehouse: Warehouse, question: PartsQuestion): Promise<Cell[]> {
  const column = columnOf(question);
  // Ends have no system and no region of their own; their events do.
  const source =
    column === "os_name" || column === "region"
      ? `SELECT flow, customer_id, time, event_id, transaction_id, outcome, user_id = '' AS is_anonymous, ${column}
         FROM events_v1 WHERE event_name = {transaction: String} AND flow != ''`
      : "SELECT * FROM transaction_events_v1 WHERE true";
  const ends = `${source} AND ${IN_RANGE} AND outcome IN ('succeeded', 'failed', 'abandoned')`;
  const sql = `
  SELECT 'success' AS part, ${stepOf(question, "ended")} AS step, key, segment, ${SHARE}
  FROM (
    SELECT toString(flow) AS key, max(outcome = 'succeeded') AS is_good, max(time) AS ended,
      argMax(toString(${column}), (time, event_id)) AS segment
    FROM ${ofCustomers(ends, await linksOf(warehouse, question.projectId), "is_anonymous")}
    GROUP BY ${ATTEMPT} AS attempt, key
  )
  GROUP BY step, key, segment`;
  return ask(warehouse, question, {
    name: "experience.success",
    sql,
    params: { transaction: EVENT.transaction },
  });
}

/** A session's value of a column: that of the latest hour that has one. */
const latest = (column: string) =>
  `argMaxIf(toString(${column}), (toStartOfHour(time), ${column}), ${column} != '')`;

async function countSessions(warehouse: Warehouse, question: PartsQuestion): Promise<Cell[]> {
  const { segment, range } = question;
  const own = segment === undefined ? [] : [COLUMN_OF[segment]];
  const active = activityOf(range, { columns: ["has_error", ...own] });
  const sql = `
  SELECT 'errorFree' AS part, ${stepOf(question, "began")} AS step, '' AS key, segment, ${SHARE}
  FROM (
    SELECT max(has_error) = 0 AS is_good, min(time) AS began, ${segment === undefined ? "''" : latest(COLUMN_OF[segment])} AS segment
    FROM (${active.sql}) WHERE session_key != 0 GROUP BY session_key
  )
  GROUP BY step, segment`;
  return ask(warehouse, question, { name: "experience.error-free", sql, params: active.params });
}

const last = (what: string) => `argMax(${what}, (time, received_at, event_id))`;

/** Web vitals, each at its last value, and screens that say how long they took to load. */
function countMeasures(warehouse: Warehouse, question: PartsQuestion): Promise<Cell[]> {
  const column = columnOf(question);
  const sql = `
  SELECT 'speed' AS part, ${stepOf(question, "measured")} AS step, key, segment, ${SHARE}
  FROM (
    SELECT vital AS key, max(time) AS measured, ${last(`toString(${column})`)} AS segment,
      ${last("ifNull(toFloat64OrNull(value), -1)")} AS last_value, ${last("rating")} AS last_rating,
      multiIf(last_rating != '', last_rating = 'good', key = 'cls', last_value <= {goodShift: Float64},
        key = 'inp', last_value <= {goodInp: Float64}, last_value <= {goodLcp: Float64}) AS is_good
    FROM (
      SELECT *, lower(attributes[{vitalName: String}]) AS vital, attributes[{vitalRating: String}] AS rating,
        attributes[{vitalValue: String}] AS value, attributes[{vitalId: String}] AS vital_id
      FROM events_v1 WHERE ${IN_RANGE} AND event_name = {vital: String}
    )
    WHERE vital IN ('lcp', 'inp', 'cls') AND (rating != '' OR isNotNull(toFloat64OrNull(value)))
    GROUP BY vital, if(vital_id = '', event_id, vital_id)
    UNION ALL
    SELECT 'screen' AS key, min(time) AS measured, argMin(toString(${column}), (time, received_at)) AS segment, 0 AS last_value, '' AS last_rating,
      argMin(toFloat64OrNull(attributes[{duration: String}]) <= {goodScreen: Float64}, (time, received_at)) AS is_good
    FROM events_v1
    WHERE ${IN_RANGE} AND event_name = {screen: String} AND isNotNull(toFloat64OrNull(attributes[{duration: String}]))
    GROUP BY event_id
  )
  GROUP BY step, key, segment`;
  return ask(warehouse, question, { name: "experience.speed", sql, params: MEASURE_PARAMS });
}

const MEASURE_PARAMS = {
  vital: EVENT.webVital,
  vitalName: ATTR.webVitalName,
  vitalRating: ATTR.webVitalRating,
  vitalValue: ATTR.webVitalValue,
  vitalId: ATTR.webVitalId,
  screen: EVENT.screenViewed,
  duration: ATTR.durationMs,
  goodLcp: GOOD_MS.lcp,
  goodInp: GOOD_MS.inp,
  goodScreen: GOOD_MS.screen,
  goodShift: GOOD_SHIFT,
};

/** What customers answered and wrote; a voice without a column of the segment has that of its session. */
function countVoices(warehouse: Warehouse, question: PartsQuestion): Promise<Cell[]> {
  const { segment, range } = question;
  const own = segment === "channel" || segment === "release" ? `toString(v.${COLUMN_OF[segment]})` : "''";
  const isBySession = segment !== undefined && own === "''";
  const active = isBySession ? activityOf(range, { columns: [COLUMN_OF[segment]] }) : undefined;
  const sessions =
    active === undefined || segment === undefined
      ? ""
      : `LEFT ANY JOIN (SELECT session_key, ${latest(COLUMN_OF[segment])} AS segment FROM (${active.sql})
           WHERE session_key != 0 GROUP BY session_key) AS s ON s.session_key = sipHash64(v.session_id)`;
  const sql = `
  SELECT part, ${stepOf(question, "time")} AS step, key, segment, ${COUNTED}
  FROM (
    SELECT time, ${isBySession ? "s.segment" : own} AS segment,
      arrayJoin(arrayConcat(
        if(survey_kind = 'nps' AND score >= 0 AND score <= 10, [('satisfaction', 'nps', multiIf(score >= 9, 100, score > 6, 50, 0))], []),
        if(survey_kind = 'csat' AND score >= 1 AND score <= 5, [('satisfaction', 'csat', multiIf(score >= 4, 100, score > 2, 50, 0))], []),
        if(comment != '' AND sentiment_label != '', [('sentiment', toString(flow), transform(toString(sentiment_label), ['negative', 'neutral'], [0, 50], 100))], [])
      )) AS said, said.1 AS part, said.2 AS key, said.3 AS points
    FROM (SELECT * FROM voices_v1 FINAL WHERE ${IN_RANGE} AND layer = 'customer') AS v ${sessions}
  )
  GROUP BY part, step, key, segment`;
  return ask(warehouse, question, { name: "experience.voices", sql, params: active?.params ?? {} });
}
