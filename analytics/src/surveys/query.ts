import { EVENT, SURVEY_KINDS } from "@voxloop/contract";
import { linksOf, ofCustomers, type Links, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import type { Range } from "../http/range.ts";

export interface ResultsQuestion {
  projectId: string;
  surveyId: string;
  range: Range;
  /** Ids of all choices that any version has; other answers to a choice are counted together. */
  choices: readonly string[];
}

/** Of all (`language` null), or of a language: "" where the app's SDK does not say. */
const customersRow = z.object({
  language: z.string().nullable(),
  shown: z.number(),
  answered: z.number(),
  /** Of the shown, who answered. */
  responded: z.number(),
  partial: z.number(),
});
export type SurveyCustomers = z.infer<typeof customersRow>;

/** Answers of one value: a score, the id of a choice, or "" for words. */
const answersRow = z.object({
  language: z.string().nullable(),
  question: z.string(),
  kind: z.enum(SURVEY_KINDS),
  value: z.string(),
  answers: z.number(),
  comments: z.number(),
});
export type SurveyAnswers = z.infer<typeof answersRow>;

/** Who was shown a survey in a range, who answered, and what. */
export async function countSurvey(
  warehouse: Warehouse,
  question: ResultsQuestion,
): Promise<{ customers: SurveyCustomers[]; answers: SurveyAnswers[] }> {
  const { projectId, surveyId, range, choices } = question;
  const links = await linksOf(warehouse, projectId);
  const params = { project: projectId, survey: surveyId, from: range.from, to: range.to, choices };
  const [customers, answers] = await Promise.all([
    warehouse.query({ name: "survey-customers", sql: customersSql(links), params, row: customersRow }),
    warehouse.query({ name: "survey-answers", sql: ANSWERS, params, row: answersRow }),
  ]);
  return { customers, answers };
}

/** What apps told of the survey; each event counts for its language and for all. */
const TOLD = `
  SELECT customer_id, time, event_id, event_name, survey_kind, score, comment, is_anonymous, question, is_partial,
    arrayJoin([NULL, toNullable(toString(s.language))]) AS language
  FROM prompt_events_v1 AS s
  WHERE project_id = {project: String} AND prompt_id = {survey: String}
    AND time >= {from: DateTime64(3, 'UTC')} AND time < {to: DateTime64(3, 'UTC')}
    AND event_name IN ('${EVENT.surveyShown}', '${EVENT.surveyAnswered}', '${EVENT.surveyDismissed}')`;

/** Whoever left it unfinished says so last: with the last answer, or closing it after one. */
const customersSql = (links: Links) => `
  SELECT language, countIf(was_shown) AS shown, countIf(has_answered) AS answered,
    countIf(was_shown AND has_answered) AS responded, countIf(has_answered AND left_unfinished) AS partial
  FROM (
    SELECT language, customer_key, max(event_name = '${EVENT.surveyShown}') AS was_shown,
      max(event_name = '${EVENT.surveyAnswered}') AS has_answered,
      argMaxIf(is_partial, (time, event_id), event_name != '${EVENT.surveyShown}') AS left_unfinished
    FROM ${ofCustomers(TOLD, links, "is_anonymous")} WHERE customer_key != 0
    GROUP BY language, customer_key
  ) GROUP BY language`;

/** A retried event is two rows until parts merge, and one answer. */
const ANSWERS = `
  SELECT language, question, survey_kind AS kind,
    multiIf(kind = 'choice', if(has({choices: Array(String)}, comment), comment, ''), score IS NULL, '', toString(score)) AS value,
    uniqExact(event_id) AS answers, uniqExactIf(event_id, comment != '' AND kind != 'choice') AS comments
  FROM (${TOLD}) WHERE event_name = '${EVENT.surveyAnswered}' AND survey_kind != ''
  GROUP BY language, question, kind, value`;
