import { ATTR, SCORE_RANGE } from "@voxloop/contract";
import type { Attributes } from "./event.ts";
import type { SurveyAnswer } from "./voxloop.ts";

/** By kind; comparing with the missing ends of a kind without a range is false. */
const RANGES: Record<string, readonly [min?: number, max?: number]> = {
  ...SCORE_RANGE,
  text: [],
  choice: [],
};

/** The answer as attributes; undefined when it says nothing that could be counted. */
export function answerAttributes({
  surveyId,
  kind,
  score,
  comment,
  flow,
}: SurveyAnswer): Attributes | undefined {
  const range = RANGES[kind];
  const hasScore = range && Number.isInteger(score) && !(score! < range[0]!) && !(score! > range[1]!);
  if (!surveyId || !range || (!hasScore && score != null) || !(hasScore || comment)) return undefined;
  return {
    [ATTR.surveyId]: surveyId,
    [ATTR.surveyKind]: kind,
    [ATTR.score]: score,
    [ATTR.comment]: comment,
    [ATTR.flow]: flow,
  };
}
