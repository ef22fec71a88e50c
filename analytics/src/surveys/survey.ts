import { SURVEY_KINDS, type Survey } from "@voxloop/contract";
import { z } from "zod";
import {
  attributeFilter,
  localizedText,
  newPrompt,
  promptChange,
  promptPreview,
  savedPrompt,
  share,
} from "../prompts/prompt.ts";

const PROMPT_LENGTH = 300;
const LABEL_LENGTH = 100;
const THANKS_LENGTH = 300;
const DAYS_MAX = 3650;
const DAY_SECONDS = 86_400;

/** As it stands in events and is told apart by. */
const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "is 1 to 64 letters, digits, _ and -");

export const surveyQuestion = z.strictObject({
  id,
  kind: z.enum(SURVEY_KINDS),
  prompt: localizedText(PROMPT_LENGTH),
  isRequired: z.boolean(),
  /** What the ends of a scale mean. */
  low: localizedText(LABEL_LENGTH).exactOptional(),
  high: localizedText(LABEL_LENGTH).exactOptional(),
  /** Of a `choice`. */
  choices: z
    .array(z.strictObject({ id, label: localizedText(LABEL_LENGTH) }))
    .max(20)
    .exactOptional(),
  /** Where to go after an answer, the first that matches; else to the next question. `goTo` null is the end. */
  branches: z
    .array(
      z.strictObject({
        choice: id.exactOptional(),
        atLeast: z.number().int().min(0).max(10).exactOptional(),
        atMost: z.number().int().min(0).max(10).exactOptional(),
        goTo: id.nullable(),
      }),
    )
    .max(20)
    .exactOptional(),
});
export type SurveyQuestion = z.infer<typeof surveyQuestion>;
export type SurveyBranch = NonNullable<SurveyQuestion["branches"]>[number];

/** What must happen before it is shown. All that is given must hold. */
export const surveyTrigger = z.strictObject({
  event: z.string().trim().min(1).max(128).exactOptional(),
  /** Attributes of that event. */
  where: attributeFilter.exactOptional(),
  /** Any error event. */
  onError: z.boolean().exactOptional(),
  screen: z.string().trim().min(1).max(512).exactOptional(),
  afterSeconds: z.number().min(0).max(DAY_SECONDS).exactOptional(),
});

/** What is written and published; a draft may be incomplete. */
export const surveyContent = z.strictObject({
  questions: z.array(surveyQuestion).max(20),
  trigger: surveyTrigger,
  audience: attributeFilter,
  /** Share of customers that are asked. */
  share,
  daysAfterAny: z.number().int().min(0).max(DAYS_MAX),
  daysAfterThis: z.number().int().min(0).max(DAYS_MAX),
  thanks: localizedText(THANKS_LENGTH),
}) satisfies z.ZodType<Omit<Survey, "id" | "version">>;
export type SurveyContent = z.infer<typeof surveyContent>;

export const surveyRule = surveyContent.extend({ id: z.string(), version: z.number().int() });

export const savedSurvey = savedPrompt(surveyContent);
export type SavedSurvey = z.infer<typeof savedSurvey>;
export const newSurvey = newPrompt(surveyContent);
export type NewSurvey = z.infer<typeof newSurvey>;
export const surveyChange = promptChange(surveyContent);
export type SurveyChange = z.infer<typeof surveyChange>;
export const surveyPreview = promptPreview(surveyRule);
export type SurveyPreview = z.infer<typeof surveyPreview>;

/** The texts of a survey by their field. */
export function surveyTexts({ questions, thanks }: SurveyContent) {
  const ofQuestions = questions.flatMap(({ prompt, low = {}, high = {}, choices = [] }, at) => [
    [`questions.${at}.prompt`, prompt] as const,
    [`questions.${at}.low`, low] as const,
    [`questions.${at}.high`, high] as const,
    ...choices.map(({ label }, choice) => [`questions.${at}.choices.${choice}.label`, label] as const),
  ]);
  return Object.fromEntries([...ofQuestions, ["thanks", thanks]]);
}
