import {
  ATTR,
  EVENT,
  LIMITS,
  SCORE_RANGE,
  type Survey,
  type SurveyKind,
  type SurveyQuestion,
} from "@voxloop/contract";
import type { Attributes } from "../../core/event.ts";
import type { Emit } from "../../core/transaction.ts";
import type { Turn } from "./ground.ts";
import { say, type Look } from "./look.ts";

/** A question in the customer's language. */
export interface SurveyQuestionPrompt {
  id: string;
  kind: SurveyKind;
  prompt: string;
  isRequired: boolean;
  /** Nothing can follow it. */
  isLast: boolean;
  /** Of a scale: its ends, and what they mean. */
  min?: number;
  max?: number;
  low: string;
  high: string;
  choices: { id: string; label: string }[];
}

/** A survey that is being answered. */
export interface SurveyRun {
  readonly id: string;
  readonly version: number;
  readonly language: "zh-CN" | "en";
  /** To be shown at the end; may be empty. */
  readonly thanks: string;
  /** What to ask now; undefined at the end. */
  readonly question: () => SurveyQuestionPrompt | undefined;
  /** A score, a choice's id, or text; nothing to skip what is not required. False: that is no answer, and the question stays. */
  readonly answer: (value?: number | string) => boolean;
  /** The customer wants no more of it. */
  readonly close: () => void;
}

interface RunParts {
  look: Look;
  /** What all events of the survey say. */
  own: Attributes;
  emit: Emit;
  turn: Turn;
  /** The turn is over with the last answer. */
  endsItself: boolean;
}

/** Follows the branches of a survey and sends each answer when it is given. */
export function createRun(survey: Survey, parts: RunParts): { run: SurveyRun; abandon: () => void } {
  const { look, turn } = parts;
  const { current, answer, dismiss, abandon } = createProgress(survey, parts);
  const run: SurveyRun = {
    id: survey.id,
    version: survey.version,
    language: look.language,
    thanks: say(survey.thanks, look),
    question: () => {
      const question = current();
      return question && describe(survey, question, look);
    },
    answer(value) {
      const isAnswer = answer(value);
      if (!current() && parts.endsItself) turn.end();
      return isAnswer;
    },
    close() {
      dismiss();
      turn.end();
    },
  };
  return { run, abandon };
}

function createProgress(survey: Survey, { own, emit }: RunParts) {
  let current = survey.questions[0];
  let hasAnswered = false;

  function end(): void {
    removeEventListener("pagehide", leave, true);
    current = undefined;
  }
  function dismiss(): void {
    if (!current) return;
    const partial = { [ATTR.surveyQuestion]: current.id, [ATTR.surveyIsPartial]: hasAnswered || undefined };
    emit(EVENT.surveyDismissed, { ...own, ...partial });
    end();
  }
  /** Something else ends it: that is worth telling only of answers that stay alone. */
  function abandon(): void {
    if (hasAnswered) dismiss();
    else end();
  }
  /** A page that the browser keeps may come back, and the survey with it. */
  function leave({ persisted }: PageTransitionEvent): void {
    if (!persisted) abandon();
  }
  function answer(value: number | string | undefined): boolean {
    if (!current || !isAnswer(current, value)) return false;
    if (!isNothing(value)) {
      hasAnswered = true;
      emit(EVENT.surveyAnswered, { ...own, ...answerOf(current, value!) });
    }
    current = followerOf(survey, current, value);
    if (!current) end();
    return true;
  }
  // Before the client sends its last.
  addEventListener("pagehide", leave, true);
  return { current: () => current, answer, dismiss, abandon };
}

function describe(survey: Survey, question: SurveyQuestion, look: Look): SurveyQuestionPrompt {
  const { id, kind, prompt, isRequired, low, high, choices = [] } = question;
  const [min, max] = SCORE_RANGE[kind] ?? [];
  const plain = {
    id,
    kind,
    isRequired,
    prompt: say(prompt, look),
    low: say(low, look),
    high: say(high, look),
  };
  return {
    ...plain,
    ...(min !== undefined && { min, max: max! }),
    isLast:
      !survey.questions[survey.questions.indexOf(question) + 1] &&
      !question.branches?.some(({ goTo }) => goTo),
    choices: choices.map(({ id, label }) => ({ id, label: say(label, look) })),
  };
}

function isNothing(value: unknown): boolean {
  return value === undefined || (typeof value === "string" && !value.trim());
}

function isAnswer({ kind, isRequired, choices = [] }: SurveyQuestion, value: unknown): boolean {
  if (isNothing(value)) return !isRequired;
  const range = SCORE_RANGE[kind];
  if (range) return Number.isInteger(value) && Number(value) >= range[0] && Number(value) <= range[1];
  return kind === "choice" ? choices.some(({ id }) => id === value) : typeof value === "string";
}

/** Of a choice the id: its text is in the survey, in each language. */
function answerOf({ id, kind }: SurveyQuestion, value: number | string): Attributes {
  return {
    [ATTR.surveyKind]: kind,
    [ATTR.surveyQuestion]: id,
    ...(typeof value === "number"
      ? { [ATTR.score]: value }
      : { [ATTR.comment]: value.trim().slice(0, LIMITS.attributeValueLength) }),
  };
}

/** The question after this answer. A survey only goes on; what leads back ends it. */
function followerOf(survey: Survey, question: SurveyQuestion, value: unknown): SurveyQuestion | undefined {
  const at = survey.questions.indexOf(question);
  // Conditions on a score hold for numbers only, and what is skipped takes no branch.
  const score = typeof value === "number" ? value : NaN;
  const branch = question.branches?.find(
    ({ choice, atLeast, atMost }) =>
      (choice === undefined || choice === value) &&
      (atLeast === undefined || score >= atLeast) &&
      (atMost === undefined || score <= atMost),
  );
  if (!branch || isNothing(value)) return survey.questions[at + 1];
  return survey.questions.find(({ id }, place) => id === branch.goTo && place > at);
}
