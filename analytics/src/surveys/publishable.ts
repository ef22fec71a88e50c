import { ATTR, EVENT, OUTCOMES } from "@voxloop/contract";
import { hasText, type FieldProblem } from "../prompts/prompt.ts";
import { flowProblems } from "./question-flow.ts";
import type { SurveyContent, SurveyQuestion } from "./survey.ts";

/** What stands against publishing a survey: it could never be shown, or somebody would be asked what makes no sense. */
export function surveyProblems(content: SurveyContent): FieldProblem[] {
  const { questions, share } = content;
  return [
    ...reportWhen(questions.length === 0, "questions", "there is none: nothing would be shown"),
    ...reportWhen(share === 0, "share", "is 0: nobody would be asked"),
    ...triggerProblems(content.trigger),
    ...questions.flatMap((question, at) => questionProblems(question, `questions.${at}`)),
    ...repeatedIds(questions).map((at) => ({
      field: `questions.${at}.id`,
      reason: "is the id of a question before",
    })),
    ...flowProblems(questions),
  ];
}

function triggerProblems(trigger: SurveyContent["trigger"]): FieldProblem[] {
  const { event = "", where = {}, onError, screen, afterSeconds = 0 } = trigger;
  const outcomes = where[ATTR.outcome] ?? [...OUTCOMES];
  const isEmpty = event === "" && onError !== true && screen === undefined && afterSeconds === 0;
  return [
    ...reportWhen(
      isEmpty && Object.keys(where).length === 0,
      "trigger",
      "names no event, attribute, error, screen or time: it can never happen",
    ),
    ...reportWhen(
      event === EVENT.guidance || event.startsWith(SURVEY_EVENTS),
      "trigger.event",
      "is what the SDK tells of its prompts: a survey never follows it",
    ),
    ...reportWhen(
      event === EVENT.transaction && !outcomes.some(isOutcome),
      `trigger.where.${ATTR.outcome}`,
      `is none of ${OUTCOMES.join(", ")}: it can never match`,
    ),
  ];
}

/** `vox.survey.shown` and its like trigger nothing, lest one survey ask for the next. */
const SURVEY_EVENTS = "vox.survey.";

const isOutcome = (text: string) => OUTCOMES.some((outcome) => outcome === text);

function questionProblems({ kind, prompt, choices = [] }: SurveyQuestion, field: string): FieldProblem[] {
  return [
    ...reportWhen(!hasText(prompt), `${field}.prompt`, "has no text in any language"),
    ...reportWhen(
      kind === "choice" && choices.length < 2,
      `${field}.choices`,
      "has fewer than two to choose from",
    ),
    ...reportWhen(
      kind !== "choice" && choices.length > 0,
      `${field}.choices`,
      `a question of kind ${kind} has none`,
    ),
    ...choices.flatMap(({ label }, at) =>
      reportWhen(!hasText(label), `${field}.choices.${at}.label`, "has no text in any language"),
    ),
    ...repeatedIds(choices).map((at) => ({
      field: `${field}.choices.${at}.id`,
      reason: "is the id of a choice before",
    })),
  ];
}

/** Places of those whose id another before them has. */
function repeatedIds(list: readonly { id: string }[]): number[] {
  return list.flatMap(({ id }, at) => (list.findIndex((other) => other.id === id) < at ? at : []));
}

function reportWhen(isWrong: boolean, field: string, reason: string): FieldProblem[] {
  return isWrong ? [{ field, reason }] : [];
}
