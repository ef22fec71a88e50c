import type { Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import type { Range } from "../http/range.ts";
import { SLICE, sliceParams, sliceTimes } from "../stats/time-slices.ts";
import type { Ingestion } from "./ingestion.ts";

export interface IngestionQuestion {
  projectId: string;
  /** Of arrival. */
  range: Range;
}

const SERIES_POINTS = 60;
const REJECTS_MAX = 50;
const SOURCES_MAX = 50;
const NAMES_MAX = 20;

const params = ({ projectId, range }: IngestionQuestion) => ({
  project: projectId,
  from: range.from,
  until: range.to,
});

const OF_KIND = (
  kind: string,
) => `FROM ingest_reports_v1 AS r WHERE project_id = {project: String} AND kind = '${kind}'
  AND time >= {from: DateTime64(3, 'UTC')} AND time < {until: DateTime64(3, 'UTC')}`;
const ARRIVED = `FROM events_v1 WHERE project_id = {project: String}
  AND received_at >= {from: DateTime64(3, 'UTC')} AND received_at < {until: DateTime64(3, 'UTC')}`;

const IS_RECORD =
  "reason IN ('invalid_record', 'forbidden_environment', 'without_consent', 'discarded_error')";

const counted = z.object({ name: z.string(), count: z.number(), lastAt: z.string() });
type Counted = z.infer<typeof counted>;

/** When the newest event arrived: what collectors reported, and what is in the warehouse but not reported yet. */
export async function findLastArrival(
  warehouse: Warehouse,
  of: { projectId: string; now: Date },
): Promise<string | null> {
  const sql = `
  SELECT max(last) AS lastAt FROM (
    SELECT maxOrNull(last_at) AS last FROM ingest_reports_v1 WHERE project_id = {project: String} AND kind = 'accepted'
    UNION ALL
    SELECT maxOrNull(received_at) FROM events_v1 WHERE project_id = {project: String} AND received_at >= {lately: DateTime64(3, 'UTC')}
  )`;
  const bound = { project: of.projectId, lately: new Date(of.now.getTime() - UNREPORTED_MS) };
  const row = z.object({ lastAt: z.string().nullable() });
  const [found] = await warehouse.query({ name: "last-arrival", sql, params: bound, row });
  return found?.lastAt ?? null;
}

const UNREPORTED_MS = 60_000;

/** What came in and what was refused, in equal slices of the range, empty ones included. */
export async function ingestionSeries(
  warehouse: Warehouse,
  question: IngestionQuestion,
): Promise<Ingestion["series"]> {
  const sql = `
  SELECT slice, sum(taken) AS accepted, sum(refused) AS rejected FROM (
    SELECT ${SLICE} AS slice, count AS taken, 0 AS refused ${OF_KIND("accepted")}
    UNION ALL
    SELECT ${SLICE} AS slice, 0, count ${OF_KIND("rejected")}
  )
  GROUP BY slice`;
  const row = z.object({ slice: z.number(), accepted: z.number(), rejected: z.number() });
  const bound = { ...params(question), ...sliceParams(question.range, SERIES_POINTS) };
  const rows = await warehouse.query({ name: "ingestion-series", sql, params: bound, row });
  const bySlice = new Map(rows.map(({ slice, ...point }) => [slice, point]));
  return sliceTimes(question.range, SERIES_POINTS).map((time, slice) => ({
    time,
    ...(bySlice.get(slice) ?? { accepted: 0, rejected: 0 }),
  }));
}

/** Reasons of refusals, the most frequent first; two details that differ in numbers or quoted values are one. */
export async function listRejects(warehouse: Warehouse, question: IngestionQuestion) {
  const sql = `
  SELECT reason, any(r.detail) AS detail, sum(r.count) AS count, max(last_at) AS lastAt,
    arraySort(groupUniqArrayIf(5)(key_hint, key_hint != '')) AS keyHints, argMax(r.sample, (r.sample != '', last_at)) AS sample
  ${OF_KIND("rejected")}
  GROUP BY reason, replaceRegexpAll(r.detail, '"[^"]*"|\\'[^\\']*\\'|[0-9]+', '*') AS problem
  ORDER BY count DESC, lastAt DESC, problem LIMIT ${REJECTS_MAX}`;
  const row = z.object({
    reason: z.string(),
    detail: z.string(),
    count: z.number(),
    lastAt: z.string(),
    keyHints: z.array(z.string()),
    sample: z.string(),
  });
  return warehouse.query({ name: "list-rejects", sql, params: params(question), row });
}

/** Totals of the range: `records` are those that are no events, `requests` those that were refused whole. */
export async function countTotals(warehouse: Warehouse, question: IngestionQuestion) {
  const sql = `
  SELECT sum(taken) AS accepted, sum(records) AS rejectedRecords, sum(requests) AS rejectedRequests FROM (
    SELECT count AS taken, 0 AS records, 0 AS requests ${OF_KIND("accepted")}
    UNION ALL
    SELECT 0, if(${IS_RECORD}, count, 0), if(${IS_RECORD}, 0, count) ${OF_KIND("rejected")}
  )`;
  const row = z.object({
    accepted: z.number(),
    rejectedRecords: z.number(),
    rejectedRequests: z.number(),
  });
  const [totals] = await warehouse.query({ name: "ingestion-totals", sql, params: params(question), row });
  return totals ?? { accepted: 0, rejectedRecords: 0, rejectedRequests: 0 };
}

/** What was redacted by rule, or flagged by mark. */
export async function countReasons(
  warehouse: Warehouse,
  question: IngestionQuestion,
  kind: "redacted" | "flagged",
): Promise<Counted[]> {
  const sql = `
  SELECT reason AS name, sum(r.count) AS count, max(last_at) AS lastAt ${OF_KIND(kind)}
  GROUP BY name ORDER BY count DESC, name`;
  return warehouse.query({ name: `count-${kind}`, sql, params: params(question), row: counted });
}

/** The apps that sent, by release and SDK, the latest first. */
export async function listSources(
  warehouse: Warehouse,
  question: IngestionQuestion,
): Promise<Ingestion["sources"]> {
  const sql = `
  SELECT service_name AS service, service_version AS version, sdk_name AS sdk, sdk_version AS sdkVersion,
    sum(count) AS accepted, max(last_at) AS lastAt
  ${OF_KIND("accepted")}
  GROUP BY service, version, sdk, sdkVersion ORDER BY lastAt DESC, accepted DESC LIMIT ${SOURCES_MAX}`;
  const row = z.object({
    service: z.string(),
    version: z.string(),
    sdk: z.string(),
    sdkVersion: z.string(),
    accepted: z.number(),
    lastAt: z.string(),
  });
  return warehouse.query({ name: "list-sources", sql, params: params(question), row });
}

/** The most frequent names of events, counted as they arrived. */
export async function listEventNames(warehouse: Warehouse, question: IngestionQuestion): Promise<Counted[]> {
  const sql = `
  SELECT event_name AS name, count() AS count, max(received_at) AS lastAt ${ARRIVED}
  GROUP BY name ORDER BY count DESC, name LIMIT ${NAMES_MAX}`;
  return warehouse.query({ name: "list-event-names", sql, params: params(question), row: counted });
}

/** What SDKs say they lost, by reason; a report that was sent twice counts once. */
export async function countDropped(warehouse: Warehouse, question: IngestionQuestion): Promise<Counted[]> {
  const sql = `
  SELECT name, sum(lost) AS count, max(last) AS lastAt FROM (
    SELECT any(attributes['vox.drop.reason']) AS name, any(toUInt64OrZero(attributes['vox.drop.count'])) AS lost,
      max(received_at) AS last
    ${ARRIVED} AND event_name = 'vox.events.dropped'
    GROUP BY event_id
  )
  GROUP BY name ORDER BY count DESC, name`;
  return warehouse.query({ name: "count-dropped", sql, params: params(question), row: counted });
}
