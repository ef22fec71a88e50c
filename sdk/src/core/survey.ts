import { ATTR, SCORE_RANGE, SURVEY_KINDS } from "@voxloop/contract";
import type { Attributes } from "./event.ts";
import type { SurveyAnswer } from "./voxloop.ts";

/** The answer as attributes; undefined when it says nothing that could be counted. */
export function answerAttributes({
  surveyId,
  kind,
  score,
  comment,
  flow,
}: SurveyAnswer): Attributes | undefined {
  const hasScore = isScoreOf(kind, score);
  const isKnown = surveyId && SURVEY_KINDS.includes(kind);
  if (!isKnown || (score != null && !hasScore) || (!hasScore && !comment)) return undefined;
  return {
    [ATTR.surveyId]: surveyId,
    [ATTR.surveyKind]: kind,
    [ATTR.score]: score,
    [ATTR.comment]: comment,
    [ATTR.flow]: flow,
  };
}

function isScoreOf(kind: SurveyAnswer["kind"], score: unknown): boolean {
  if (typeof score !== "number" || !Number.isFinite(score)) return false;
  const range = SCORE_RANGE[kind];
  return !range || (Number.isInteger(score) && score >= range[0] && score <= range[1]);
}
