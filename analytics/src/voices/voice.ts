import { z } from "zod";

export const LAYERS = ["customer", "employee", "professional"] as const;
export const SENTIMENTS = ["negative", "neutral", "positive"] as const;

export const voice = z.object({
  voiceId: z.string(),
  time: z.iso.datetime(),
  layer: z.enum(LAYERS),
  /** Where an imported voice is from; `` for one of the app's own. */
  source: z.string(),
  customerId: z.string(),
  surveyId: z.string(),
  surveyKind: z.string(),
  score: z.number().nullable(),
  comment: z.string(),
  /** `zh`, `en`, or `` when unknown. */
  language: z.string(),
  sentimentLabel: z.enum([...SENTIMENTS, ""]),
  /** -1 to 1. */
  sentimentScore: z.number().nullable(),
  flow: z.string(),
  page: z.string(),
  release: z.string(),
  /** What else an import kept: author, criterion, evidence and columns of one's own. */
  attributes: z.record(z.string(), z.string()),
});
export type Voice = z.infer<typeof voice>;

export const voiceList = z.object({ items: z.array(voice), nextCursor: z.string().nullable() });
export type VoiceList = z.infer<typeof voiceList>;

/** NPS in points (-100 to 100) with a 95 % interval; null bounds when nobody answered, `tooFew` below 30. */
export const npsScore = z.object({
  nps: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  answers: z.number().int(),
  promoters: z.number().int(),
  passives: z.number().int(),
  detractors: z.number().int(),
  tooFew: z.boolean(),
});
export type NpsScore = z.infer<typeof npsScore>;

export const sentimentCounts = z.object({
  negative: z.number().int(),
  neutral: z.number().int(),
  positive: z.number().int(),
});

export const voiceScores = z.object({
  nps: npsScore,
  previousNps: npsScore,
  sentiment: sentimentCounts,
  byLanguage: z.array(
    z.object({ language: z.string(), comments: z.number().int(), sentiment: sentimentCounts }),
  ),
  byFlow: z.array(z.object({ flow: z.string(), nps: npsScore, sentiment: sentimentCounts })),
  /** One point a day of the project's time zone. */
  trend: z.array(z.object({ day: z.string(), nps: npsScore, sentiment: sentimentCounts })),
});
export type VoiceScores = z.infer<typeof voiceScores>;

export const textAnalysis = z.object({
  language: z.string(),
  sentiment: z.object({ label: z.enum(SENTIMENTS), score: z.number() }),
});
export type TextAnalysis = z.infer<typeof textAnalysis>;
