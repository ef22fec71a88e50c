import { GROUPED_ERRORS, linksOf, ofCustomers, type Links, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { andInSegment, type SegmentFilter } from "../filters/segment-filter.ts";
import type { Range } from "../http/range.ts";
import { npsGap, type NpsCounts } from "../stats/nps.ts";
import type { ErrorGroup } from "./error-group.ts";

export interface VoiceQuestion {
  projectId: string;
  /** Of the voices' times. */
  range: Range;
  groups: readonly { fingerprint: string; flow: string }[];
  /** Only voices of its customers count. */
  segment?: SegmentFilter | undefined;
}

export type JoinedScores = Pick<ErrorGroup, "scores" | "negativeShare" | "comments">;

/** An error belongs to a voice when the same customer met it within this time before. */
export const VOICE_JOIN_HOURS = 24;

/**
 * NPS and sentiment of voices whose customer met a group's error in the 24 h before, and NPS of those whose customer was
 * active on the group's flow in that time without meeting it (DESIGN section 7, "Voice join"). For a group outside flows
 * the others are all who did not meet it.
 */
export async function joinScores(
  warehouse: Warehouse,
  question: VoiceQuestion,
): Promise<Map<string, JoinedScores>> {
  const { projectId, range, groups, segment } = question;
  if (groups.length === 0) return new Map();
  const params = {
    project: projectId,
    from: range.from,
    to: range.to,
    hours: VOICE_JOIN_HOURS,
    fingerprints: groups.map((group) => group.fingerprint),
    flows: groups.map((group) => group.flow),
    ...segment?.params,
  };
  const sql = scoresSql(await linksOf(warehouse, projectId), segment);
  const rows = await warehouse.query({ name: "join-scores", sql, params, row: scoresRow });
  const byFingerprint = new Map(rows.map((row) => [row.fingerprint, row]));
  return new Map(groups.map(({ fingerprint }) => [fingerprint, toScores(byFingerprint.get(fingerprint))]));
}

function toScores(row: z.infer<typeof scoresRow> | undefined): JoinedScores {
  if (row === undefined) return { scores: npsGap(NOBODY, NOBODY), negativeShare: null, comments: 0 };
  return {
    scores: npsGap(countsOf(row.exposed), countsOf(row.others)),
    negativeShare: row.comments === 0 ? null : row.negative / row.comments,
    comments: row.comments,
  };
}

const NOBODY: NpsCounts = { promoters: 0, passives: 0, detractors: 0 };

function countsOf([promoters, passives, detractors]: [number, number, number]): NpsCounts {
  return { promoters, passives, detractors };
}

const threeCounts = z.tuple([z.number(), z.number(), z.number()]);
const scoresRow = z.object({
  fingerprint: z.string(),
  exposed: threeCounts,
  others: threeCounts,
  comments: z.number(),
  negative: z.number(),
});

/** The voices of a range; with them as `voices`, `met` and `active` can be asked. Bound: project, from, to. */
export const nearbyVoices = (links: Links, segment?: SegmentFilter) => `
  SELECT *, if(survey_kind = 'nps' AND layer = 'customer', score, NULL) AS nps, comment != '' AND layer = 'customer' AS commented,
    commented AND sentiment_label = 'negative' AS negative
  FROM ${ofCustomers(VOICES, links)} WHERE customer_key != 0${andInSegment(segment)}`;

const VOICES = `
  SELECT * FROM voices_v1 FINAL
  WHERE project_id = {project: String} AND time >= {from: DateTime64(3, 'UTC')} AND time < {to: DateTime64(3, 'UTC')}`;

/** Times of events that can lie in the 24 h before a voice of the range, and the test that one does. */
const NEAR = `project_id = {project: String}
    AND time >= {from: DateTime64(3, 'UTC')} - toIntervalHour({hours: UInt32}) AND time < {to: DateTime64(3, 'UTC')}`;
const JOINED = "voices AS v ON v.customer_key = t.customer_key";
const SOON = "t.time <= v.time AND t.time >= v.time - toIntervalHour({hours: UInt32})";

/** Which voices' customers met which of {fingerprints} in the {hours} before. */
export const met = (links: Links) => `
  SELECT DISTINCT t.fingerprint AS fingerprint, v.voice_id AS voice_id
  FROM ${ofCustomers(ERRORS, links, "is_anonymous")} AS t INNER JOIN ${JOINED} WHERE ${SOON}`;

const ERRORS = `
  SELECT fingerprint, customer_id, time, is_anonymous FROM ${GROUPED_ERRORS} WHERE fingerprint IN {fingerprints: Array(String)} AND ${NEAR}`;

const active = (links: Links) => `
  SELECT t.flow AS flow, v.voice_id AS voice_id
  FROM ${ofCustomers(TRANSACTIONS, links, "is_anonymous")} AS t INNER JOIN ${JOINED} WHERE ${SOON}
  UNION DISTINCT SELECT flow, voice_id FROM voices
  UNION DISTINCT SELECT '' AS flow, voice_id FROM voices`;

const TRANSACTIONS = `
  SELECT flow, customer_id, time, is_anonymous FROM transaction_events_v1 WHERE flow IN {flows: Array(String)} AND ${NEAR}`;

const counts = (met: string) =>
  `(countIf(${met} AND nps >= 9), countIf(${met} AND nps >= 7 AND nps < 9), countIf(${met} AND nps < 7))`;

const scoresSql = (links: Links, segment?: SegmentFilter) => `
  WITH voices AS (${nearbyVoices(links, segment)}),
    pairs AS (
      SELECT fingerprint, voice_id, true AS met FROM (${met(links)})
      UNION ALL
      SELECT g.1 AS fingerprint, voice_id, false AS met FROM (${active(links)}) AS a
      INNER JOIN (SELECT arrayJoin(arrayZip({fingerprints: Array(String)}, {flows: Array(String)})) AS g) AS groups ON g.2 = a.flow
    )
  SELECT fingerprint, ${counts("met")} AS exposed, ${counts("NOT met")} AS others,
    countIf(met AND commented) AS comments, countIf(met AND negative) AS negative
  FROM (SELECT fingerprint, voice_id, max(met) AS met FROM pairs GROUP BY fingerprint, voice_id) AS p
  INNER JOIN voices AS v ON v.voice_id = p.voice_id
  GROUP BY fingerprint`;
