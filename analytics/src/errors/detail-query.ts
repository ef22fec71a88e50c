import { GROUPED_RELEASES, linksOf, ofCustomers, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { SLICE, sliceParams, sliceTimes } from "../stats/time-slices.ts";
import { errorPoint, joinedVoice, sampleEvent, type ErrorDetail, type SampleEvent } from "./error-group.ts";
import { judgedKeys, scopeParams, storedErrors, type ErrorScope } from "./scope.ts";
import { met, nearbyVoices, VOICE_JOIN_HOURS } from "./scores.ts";

const SERIES_POINTS = 48;
const SAMPLES = 20;

/** The group's events, customers and blocked customers in equal slices of the range, empty ones included. */
export async function seriesOf(warehouse: Warehouse, scope: ErrorScope): Promise<ErrorDetail["series"]> {
  const errors = await judgedKeys(warehouse, scope);
  const sql = `
  SELECT ${SLICE} AS slice, count() AS events,
    uniqExactIf(customer_key, customer_key != 0) AS customers, uniqExactIf(customer_key, blocked) AS blockedCustomers
  FROM ${errors.sql} GROUP BY slice`;
  const params = { ...errors.params, ...sliceParams(scope.range, SERIES_POINTS) };
  const row = errorPoint.omit({ time: true }).extend({ slice: z.number() });
  const rows = await warehouse.query({ name: "error-series", sql, params, row });
  const bySlice = new Map(rows.map(({ slice, ...point }) => [slice, point]));
  return sliceTimes(scope.range, SERIES_POINTS).map((time, slice) => ({
    time,
    ...(bySlice.get(slice) ?? { events: 0, customers: 0, blockedCustomers: 0 }),
  }));
}

/** The group's latest events, whole. */
export async function samplesOf(warehouse: Warehouse, scope: ErrorScope): Promise<SampleEvent[]> {
  const links = await linksOf(warehouse, scope.projectId);
  const events = `
  SELECT * FROM events_v1
  WHERE project_id = {project: String} AND time IN (SELECT time FROM latest)
    AND (time, event_id) IN (SELECT time, event_id FROM latest)
  ORDER BY time DESC, event_id LIMIT 1 BY event_id`;
  const sql = `
  WITH latest AS (
    SELECT DISTINCT time, event_id FROM ${storedErrors(scope, scope.segment === undefined ? "none" : links)} ORDER BY time DESC, event_id LIMIT ${SAMPLES}
  )
  SELECT event_id AS eventId, time, customer_id AS customerId, session_id AS sessionId, service_version AS release, page,
    step, error_message AS message, error_stack AS stack, attributes, trace_id AS traceId, span_id AS spanId
  FROM ${ofCustomers(events, links, "user_id = ''")} ORDER BY time DESC, eventId`;
  return warehouse.query({ name: "error-samples", sql, params: scopeParams(scope), row: sampleEvent });
}

/** The latest voices of the range whose customer met the error in the 24 h before; those with words first. */
export async function voicesOf(warehouse: Warehouse, scope: ErrorScope): Promise<ErrorDetail["voices"]> {
  const links = await linksOf(warehouse, scope.projectId);
  const sql = `
  WITH voices AS (${nearbyVoices(links, scope.segment)})
  SELECT voice_id AS voiceId, time, score, comment, language, sentiment_label AS sentimentLabel
  FROM voices WHERE voice_id IN (SELECT voice_id FROM (${met(links)}))
  ORDER BY comment != '' DESC, time DESC, voiceId LIMIT ${SAMPLES}`;
  const params = {
    project: scope.projectId,
    from: scope.range.from,
    to: scope.range.to,
    hours: VOICE_JOIN_HOURS,
    fingerprints: scope.fingerprints ?? [],
    ...scope.segment?.params,
  };
  return warehouse.query({ name: "error-voices", sql, params, row: joinedVoice });
}

/** Releases that had the error or carry its flow, with the time they were first seen there; newest first. */
export async function releasesOf(
  warehouse: Warehouse,
  scope: ErrorScope,
  flow: string,
): Promise<{ version: string; firstSeen: string }[]> {
  const sql = `
  SELECT version, min(seen) AS firstSeen FROM (
    SELECT service_version AS version, first_seen AS seen FROM ${GROUPED_RELEASES}
    WHERE project_id = {project: String} AND fingerprint IN {only: Array(String)}
    UNION ALL
    SELECT service_version AS version, min(time) AS seen FROM transaction_events_v1
    WHERE project_id = {project: String} AND flow = {flow: String} AND flow != '' GROUP BY version
  )
  WHERE version != '' GROUP BY version ORDER BY firstSeen DESC, version DESC LIMIT ${SAMPLES}`;
  const row = z.object({ version: z.string(), firstSeen: z.iso.datetime() });
  return warehouse.query({ name: "error-releases", sql, params: { ...scopeParams(scope), flow }, row });
}

const lifeRow = z.object({
  firstSeen: z.iso.datetime(),
  lastSeen: z.iso.datetime(),
  /** Without what was merged into it; null when it is made of nothing else. */
  lastOwn: z.iso.datetime().nullable(),
});

/** When the group was last seen in its life and in a flow, or undefined when it never was. */
export async function lifeOf(
  warehouse: Warehouse,
  projectId: string,
  fingerprint: string,
): Promise<z.infer<typeof lifeRow> | undefined> {
  const sql = `
  SELECT min(first_seen) AS firstSeen, max(last_seen) AS lastSeen, maxOrNullIf(last_seen, stored_fingerprint = fingerprint) AS lastOwn FROM ${GROUPED_RELEASES}
  WHERE project_id = {project: String} AND fingerprint = {fingerprint: String} HAVING count() > 0`;
  const params = { project: projectId, fingerprint };
  const [life] = await warehouse.query({ name: "error-life", sql, params, row: lifeRow });
  return life;
}
