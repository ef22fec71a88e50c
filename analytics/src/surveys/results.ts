import { SURVEY_KINDS } from "@voxloop/contract";
import { z } from "zod";
import { localizedText } from "../prompts/prompt.ts";
import { shareEstimate } from "../stats/share.ts";

export const questionResult = z.object({
  /** As in the survey; "" for answers that name no question. */
  id: z.string(),
  kind: z.enum(SURVEY_KINDS),
  /** Of the newest version that has the question; empty when none has. */
  prompt: localizedText(300),
  /** Answers, each counted once. */
  answers: z.number().int(),
  /** Answers by score, or by the id of the choice; a text has none. */
  distribution: z.array(
    z.object({ value: z.string(), label: localizedText(100).nullable(), answers: z.number().int() }),
  ),
  /** Of an `nps`: points with their 95 % interval. */
  nps: z
    .object({
      nps: z.number().nullable(),
      low: z.number().nullable(),
      high: z.number().nullable(),
      answers: z.number().int(),
      promoters: z.number().int(),
      passives: z.number().int(),
      detractors: z.number().int(),
      tooFew: z.boolean(),
    })
    .nullable(),
  /** Of a `csat` the share of 4 and 5, of a `ces` the share of 5, 6 and 7. */
  favourable: shareEstimate.nullable(),
  /** Of a `csat` or `ces`, with its 95 % interval, which is null when there are too few. */
  mean: z
    .object({ mean: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable() })
    .nullable(),
  /** Answers with words. */
  comments: z.number().int(),
});
export type QuestionResult = z.infer<typeof questionResult>;

/** Customers and their answers, of all or of one language. */
export const surveyTally = z.object({
  /** Customers who were shown it. */
  shown: z.number().int(),
  /** Customers who answered at least one question. */
  answered: z.number().int(),
  /** Of these, who left it unfinished. */
  partial: z.number().int(),
  /** Of the customers who were shown it in this time, who answered in this time. */
  responseRate: shareEstimate,
  questions: z.array(questionResult),
});
export type SurveyTally = z.infer<typeof surveyTally>;

export const surveyResults = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  total: surveyTally,
  /** By the language it was shown in, the most shown first; "" where the app's SDK did not say. */
  languages: z.array(surveyTally.extend({ language: z.string() })),
});
export type SurveyResults = z.infer<typeof surveyResults>;
