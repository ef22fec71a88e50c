import { linksOf, ofCustomers, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { andInSegment, type SegmentFilter } from "../filters/segment-filter.ts";
import type { Range } from "../http/range.ts";
import { voice, type Voice } from "./voice.ts";

export interface VoiceFilter {
  layer?: string | undefined;
  language?: string | undefined;
  sentiment?: string | undefined;
  kind?: string | undefined;
  source?: string | undefined;
  flow?: string | undefined;
  /** Text within the comment, in either case. */
  q?: string | undefined;
}

/** Lists run from new to old; a page goes on after this voice. */
export const voicePosition = z.object({ time: z.iso.datetime(), voiceId: z.string() });

export interface VoiceQuestion {
  projectId: string;
  range: Range;
  filter: VoiceFilter;
  after?: z.infer<typeof voicePosition> | undefined;
  limit: number;
  /** Only voices of its customers. */
  segment?: SegmentFilter | undefined;
}

/** Voices of a range, newest first. */
export async function listVoices(warehouse: Warehouse, question: VoiceQuestion): Promise<Voice[]> {
  const { projectId, range, filter, after, limit, segment } = question;
  const given = Object.keys(CONDITIONS).filter((key) => filter[key as keyof VoiceFilter] !== undefined);
  const conditions = given.map((key) => `AND ${CONDITIONS[key as keyof VoiceFilter]}`);
  const page = "AND (time, voice_id) < ({afterTime: DateTime64(3, 'UTC')}, {afterId: String})";
  const found = `
      SELECT * FROM voices_v1 FINAL
      WHERE project_id = {project: String} AND time >= {from: DateTime64(3, 'UTC')} AND time < {to: DateTime64(3, 'UTC')}
          ${conditions.join(" ")} ${after === undefined ? "" : page}`;
  const latest = "ORDER BY time DESC, voice_id DESC LIMIT {limit: UInt32}";
  // Whose a voice is need only be found out of a page of them, unless it decides what is on the page.
  const asked = segment === undefined ? `${found} ${latest}` : found;
  return warehouse.query({
    name: "voices.list",
    sql: `
      SELECT voice_id AS voiceId, time, layer, customer_id AS customerId, survey_id AS surveyId,
          survey_kind AS surveyKind, score, comment, language, sentiment_label AS sentimentLabel,
          sentiment_score AS sentimentScore, flow, page, service_version AS release, source, attributes
      FROM ${ofCustomers(asked, await linksOf(warehouse, projectId))} WHERE true${andInSegment(segment)}
      ${latest}`,
    params: {
      ...Object.fromEntries(given.map((key) => [key, filter[key as keyof VoiceFilter]])),
      ...(after && { afterTime: new Date(after.time), afterId: after.voiceId }),
      project: projectId,
      ...range,
      limit,
      ...segment?.params,
    },
    row: voice,
  });
}

const CONDITIONS: Record<keyof VoiceFilter, string> = {
  layer: "layer = {layer: String}",
  language: "language = {language: String} AND comment != ''",
  sentiment: "sentiment_label = {sentiment: String}",
  kind: "survey_kind = {kind: String}",
  source: "source = {source: String}",
  flow: "flow = {flow: String}",
  q: "positionCaseInsensitiveUTF8(comment, {q: String}) > 0",
};

const voiceCell = z.object({
  day: z.string(),
  flow: z.string(),
  language: z.string(),
  promoters: z.number(),
  passives: z.number(),
  detractors: z.number(),
  comments: z.number(),
  negative: z.number(),
  neutral: z.number(),
  positive: z.number(),
});
/** Counts of the voices of one day, flow and language; every score of a report is a sum of cells. */
export type VoiceCell = z.infer<typeof voiceCell>;

interface CellsQuestion {
  projectId: string;
  range: Range;
  timeZone: string;
  /** Default: customers. What employees and experts say counts in no score of customers. */
  layer?: Voice["layer"] | undefined;
  segment?: SegmentFilter | undefined;
}

/** The cells of one layer in a range, days being those of `timeZone` (IANA). An NPS answer counts when its score is 0 to 10. */
export async function countVoices(warehouse: Warehouse, question: CellsQuestion): Promise<VoiceCell[]> {
  const { projectId, range, timeZone, layer, segment } = question;
  const rows = `
      SELECT * FROM voices_v1 FINAL
      WHERE project_id = {project: String} AND time >= {from: DateTime64(3, 'UTC')} AND time < {to: DateTime64(3, 'UTC')}
          AND layer = {layer: String}`;
  const asked = segment
    ? `${ofCustomers(rows, await linksOf(warehouse, projectId))} WHERE true${andInSegment(segment)}`
    : `(${rows})`;
  return warehouse.query({
    name: "voices.count",
    sql: `
      WITH survey_kind = 'nps' AND score >= 0 AND score <= 10 AS is_answer
      SELECT toString(toDate(time, {timeZone: String})) AS day, flow, language,
          countIf(is_answer AND score >= 9) AS promoters,
          countIf(is_answer AND score > 6 AND score < 9) AS passives,
          countIf(is_answer AND score <= 6) AS detractors,
          countIf(comment != '') AS comments,
          countIf(sentiment_label = 'negative') AS negative,
          countIf(sentiment_label = 'neutral') AS neutral,
          countIf(sentiment_label = 'positive') AS positive
      FROM ${asked}
      GROUP BY day, flow, language`,
    params: { project: projectId, ...range, timeZone, layer: layer ?? "customer", ...segment?.params },
    row: voiceCell,
  });
}
