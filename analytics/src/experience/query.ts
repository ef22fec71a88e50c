import {
  activityOf,
  activityOfEvents,
  judgedKeys,
  linksOf,
  ofCustomers,
  ofKeys,
  settledOf,
  settledParams,
  type Links,
  type Settled,
  type Warehouse,
} from "@voxloop/warehouse";
import { z } from "zod";
import { previousRange, type Range } from "../http/range.ts";
import { npsOf, type Nps } from "../stats/nps.ts";
import { SLICE, sliceParams, sliceTimes } from "../stats/time-slices.ts";
import type { Overview } from "./overview.ts";

export interface OverviewQuestion {
  projectId: string;
  range: Range;
  /** A success of the same flow by the same customer within this time after an error makes up for it. */
  recoveryWindowSeconds: number;
}

const SERIES_POINTS = 48;
const HOUR_MS = 3_600_000;

/** Binds {project}, {since} (the period before begins), {from} and {until}. */
const params = ({ projectId, range, recoveryWindowSeconds }: OverviewQuestion) => ({
  project: projectId,
  since: previousRange(range).from,
  from: range.from,
  until: range.to,
  recovery: recoveryWindowSeconds,
  only: [],
});

const IN_BOTH = `project_id = {project: String} AND time >= {since: DateTime64(3, 'UTC')} AND time < {until: DateTime64(3, 'UTC')}`;
const IN_RANGE = `project_id = {project: String} AND time >= {from: DateTime64(3, 'UTC')} AND time < {until: DateTime64(3, 'UTC')}`;
const IS_CURRENT = "time >= {from: DateTime64(3, 'UTC')}";
/** One attempt at a flow; an event without a transaction's id is an attempt of its own. */
export const ATTEMPT =
  "sipHash64(flow, customer_key, transaction_id = '', if(transaction_id = '', event_id, transaction_id))";

const activityRow = z.object({
  customers: z.number(),
  sessions: z.number(),
  errorSessions: z.number(),
});

export async function countActivity(warehouse: Warehouse, question: OverviewQuestion) {
  const { projectId, range } = question;
  // Each period by itself, so that an hour that both have a part of is told apart.
  const asked = { columns: ["has_error"] } as const;
  const [now, before] = [activityOf(range, asked), activityOf(previousRange(range), asked)];
  const [current, previous] = await Promise.all(
    [now, before].map(async ({ sql, params }) => {
      const links = await linksOf(warehouse, projectId);
      const counts = `
  SELECT uniqExactIf(customer_key, customer_key != 0) AS customers, uniqExactIf(session_key, session_key != 0) AS sessions,
    uniqExactIf(session_key, session_key != 0 AND has_error) AS errorSessions
  FROM ${ofKeys(sql, links, "is_anonymous")}`;
      const bound = { project: projectId, ...params };
      return onlyRow(
        await warehouse.query({ name: "count-activity", sql: counts, params: bound, row: activityRow }),
      );
    }),
  );
  if (current === undefined || previous === undefined) throw new Error("Two questions gave fewer answers");
  return {
    ...current,
    previousCustomers: previous.customers,
    previousSessions: previous.sessions,
    previousErrorSessions: previous.errorSessions,
  };
}

/** Customers whom an error stopped, now and in the period before. */
export async function countBlocked(warehouse: Warehouse, question: OverviewQuestion) {
  const [links, settled] = await Promise.all([
    linksOf(warehouse, question.projectId),
    settledOf(warehouse, question),
  ]);
  const sql = `
  SELECT uniqExactIf(customer_key, ${IS_CURRENT}) AS blockedCustomers,
    uniqExactIf(customer_key, NOT ${IS_CURRENT}) AS previousBlockedCustomers
  FROM ${judgedKeys(links, settled)} WHERE blocked`;
  const row = z.object({ blockedCustomers: z.number(), previousBlockedCustomers: z.number() });
  const bound = { ...params(question), ...settledParams(settled) };
  return onlyRow(await warehouse.query({ name: "count-blocked", sql, params: bound, row }));
}

/** Share of finished transactions that succeeded; one that failed and then succeeded under the same id did. */
export async function shareOfSuccess(warehouse: Warehouse, question: OverviewQuestion) {
  const links = await linksOf(warehouse, question.projectId);
  const ends = `SELECT * FROM transaction_events_v1 WHERE ${IN_BOTH} AND outcome IN ('succeeded', 'failed', 'abandoned')`;
  const sql = `
  SELECT uniqExactIf(attempt, outcome = 'succeeded' AND current) / nullIf(uniqExactIf(attempt, current), 0) AS transactionSuccess,
    uniqExactIf(attempt, outcome = 'succeeded' AND NOT current) / nullIf(uniqExactIf(attempt, NOT current), 0) AS previousTransactionSuccess
  FROM (
    SELECT ${ATTEMPT} AS attempt, outcome, ${IS_CURRENT} AS current
    FROM ${ofCustomers(ends, links, "is_anonymous")}
  )`;
  const row = z.object({
    transactionSuccess: z.number().nullable(),
    previousTransactionSuccess: z.number().nullable(),
  });
  return onlyRow(await warehouse.query({ name: "share-of-success", sql, params: params(question), row }));
}

/** NPS of the range and the share of its comments that are negative. */
export async function hearVoices(
  warehouse: Warehouse,
  question: OverviewQuestion,
): Promise<{ nps: Nps; negativeShare: number | null }> {
  const sql = `
  SELECT countIf(nps >= 9) AS promoters, countIf(nps >= 7 AND nps < 9) AS passives, countIf(nps < 7) AS detractors,
    countIf(comment != '' AND sentiment_label = 'negative') / nullIf(countIf(comment != ''), 0) AS negativeShare
  FROM (SELECT *, if(survey_kind = 'nps', score, NULL) AS nps FROM voices_v1 FINAL WHERE ${IN_RANGE} AND layer = 'customer')`;
  const row = z.object({
    promoters: z.number(),
    passives: z.number(),
    detractors: z.number(),
    negativeShare: z.number().nullable(),
  });
  const rows = await warehouse.query({ name: "hear-voices", sql, params: params(question), row });
  const { negativeShare, ...counts } = onlyRow(rows);
  return { nps: npsOf(counts), negativeShare };
}

/** The range's course in equal slices, empty ones included. */
export async function overviewSeries(
  warehouse: Warehouse,
  question: OverviewQuestion,
): Promise<Overview["series"]> {
  const [links, settled] = await Promise.all([
    linksOf(warehouse, question.projectId),
    settledOf(warehouse, question),
  ]);
  const { range } = question;
  // An hour of a long range counts in the slice that it begins in.
  const isLong = range.to.getTime() - range.from.getTime() >= SERIES_POINTS * HOUR_MS;
  const active = (isLong ? activityOf : activityOfEvents)(range);
  const sql = seriesSql(active.sql, links, settled);
  const row = z.object({
    slice: z.number(),
    customers: z.number(),
    blockedCustomers: z.number(),
    succeeded: z.number(),
    failed: z.number(),
  });
  const bound = {
    ...params(question),
    since: question.range.from,
    ...active.params,
    ...settledParams(settled),
    ...sliceParams(question.range, SERIES_POINTS),
  };
  const rows = await warehouse.query({ name: "overview-series", sql, params: bound, row });
  const bySlice = new Map(rows.map(({ slice, ...point }) => [slice, point]));
  return sliceTimes(question.range, SERIES_POINTS).map((time, slice) => ({
    time,
    ...(bySlice.get(slice) ?? { customers: 0, blockedCustomers: 0, succeeded: 0, failed: 0 }),
  }));
}

function seriesSql(active: string, links: Links, settled: Settled | undefined): string {
  const transactions = `SELECT * FROM transaction_events_v1 WHERE ${IN_RANGE}`;
  return `
  SELECT slice, sum(active) AS customers, sum(blocked) AS blockedCustomers, sum(won) AS succeeded, sum(lost) AS failed
  FROM (
    SELECT ${SLICE} AS slice, uniqExactIf(customer_key, customer_key != 0) AS active, 0 AS blocked, 0 AS won, 0 AS lost
    FROM ${ofKeys(active, links, "is_anonymous")} GROUP BY slice
    UNION ALL
    SELECT ${SLICE} AS slice, 0, uniqExact(customer_key), 0, 0 FROM ${judgedKeys(links, settled)} WHERE blocked GROUP BY slice
    UNION ALL
    SELECT ${SLICE} AS slice, 0, 0, uniqExactIf(${ATTEMPT}, outcome = 'succeeded'), uniqExactIf(${ATTEMPT}, outcome = 'failed')
    FROM ${ofCustomers(transactions, links, "is_anonymous")} GROUP BY slice
  )
  GROUP BY slice`;
}

function onlyRow<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error("An aggregate without GROUP BY gave no row");
  return row;
}
