import { linksOf, ofKeys, OWN_KEY, storedErrors, type Links, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import type { Range } from "../http/range.ts";
import type { StepCounts } from "./suggestions.ts";

export interface StepsQuestion {
  projectId: string;
  /** The error group. */
  fingerprint: string;
  range: Range;
  recoveryWindowSeconds: number;
  now: Date;
}

const stepRow = z.object({
  event: z.string(),
  page: z.string(),
  recovered: z.number(),
  others: z.number(),
});

/**
 * What customers did after their first error of a group in the range: those who succeeded in the same flow within the
 * recovery window until they did, the others until it ended.
 */
export async function countSteps(
  warehouse: Warehouse,
  question: StepsQuestion,
): Promise<{ totals: { recovered: number; others: number }; steps: StepCounts[] }> {
  const links = await linksOf(warehouse, question.projectId);
  const params = {
    project: question.projectId,
    only: [question.fingerprint],
    since: question.range.from,
    until: question.range.to,
    recovery: question.recoveryWindowSeconds,
    now: question.now,
  };
  const rows = await warehouse.query({ name: "guidance-steps", sql: stepsSql(links), params, row: stepRow });
  const { recovered, others } = rows.find(({ event }) => event === "") ?? { recovered: 0, others: 0 };
  return { totals: { recovered, others }, steps: rows.filter(({ event }) => event !== "") };
}

/** Enough to see any difference worth a sentence, and few enough to be found among all events. */
const MOST_CUSTOMERS = 5_000;
const MOST_STEPS = 1_000;

const AFTER_ERRORS = `project_id = {project: String} AND time > {since: DateTime64(3, 'UTC')}
    AND time < {until: DateTime64(3, 'UTC')} + toIntervalSecond({recovery: UInt32})`;

const metSql = (links: Links) => `
  SELECT customer_key, min(time) AS stopped_at, argMin(flow, (time, event_id)) AS in_flow
  FROM ${storedErrors(links)} WHERE customer_key != 0 AND flow != ''
  GROUP BY customer_key HAVING stopped_at + toIntervalSecond({recovery: UInt32}) <= {now: DateTime64(3, 'UTC')}
  ORDER BY stopped_at DESC, customer_key LIMIT ${MOST_CUSTOMERS}`;

const SUCCESSES = `
  SELECT flow, ${OWN_KEY} AS own_key, time, is_anonymous FROM transaction_events_v1
  WHERE ${AFTER_ERRORS} AND outcome = 'succeeded'`;

/** Not what programs tell of themselves, nor errors: customers do neither. */
const STEPS = `
  SELECT event_name, page, ${OWN_KEY} AS own_key, time, user_id = '' AS is_anonymous FROM events_v1
  WHERE ${AFTER_ERRORS} AND error_code = '' AND error_type = '' AND outcome NOT IN ('failed', 'abandoned')
    AND event_name NOT IN ('session.start', 'browser.web_vital', 'vox.events.dropped', 'vox.identified')
    AND NOT startsWith(event_name, 'vox.guidance') AND NOT startsWith(event_name, 'vox.survey.')`;

const stepsSql = (links: Links) => `
  WITH met AS (${metSql(links)}),
    judged AS (
      SELECT m.customer_key AS customer_key, m.stopped_at AS stopped_at,
        s.time > m.stopped_at AND s.time <= m.stopped_at + toIntervalSecond({recovery: UInt32}) AS has_recovered,
        if(has_recovered, s.time, m.stopped_at + toIntervalSecond({recovery: UInt32})) AS done_at
      FROM met AS m ASOF LEFT JOIN ${ofKeys(SUCCESSES, links, "is_anonymous")} AS s
        ON s.customer_key = m.customer_key AND s.flow = m.in_flow AND m.stopped_at < s.time
    )
  SELECT '' AS event, '' AS page, countIf(has_recovered) AS recovered, countIf(NOT has_recovered) AS others FROM judged
  UNION ALL
  SELECT * FROM (
    SELECT e.event_name AS event, e.page AS page,
      uniqExactIf(j.customer_key, j.has_recovered) AS recovered, uniqExactIf(j.customer_key, NOT j.has_recovered) AS others
    FROM ${ofKeys(STEPS, links, "is_anonymous")} AS e INNER JOIN judged AS j ON j.customer_key = e.customer_key
    WHERE e.time > j.stopped_at AND e.time < j.done_at
    GROUP BY event, page ORDER BY recovered DESC, event, page LIMIT ${MOST_STEPS}
  )`;
