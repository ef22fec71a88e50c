export { ATTR, EVENT, OUTCOMES, SCORE_RANGE, SURVEY_KINDS } from "./attributes.ts";
export type { Outcome, SurveyKind } from "./attributes.ts";
export { LIMITS } from "./limits.ts";
