export { ATTR, EVENT, OUTCOMES, SCORE_RANGE, SURVEY_KINDS } from "./attributes.ts";
export type { Outcome, SurveyKind } from "./attributes.ts";
export { GUIDANCE_ACTIONS, LANGUAGES } from "./config.ts";
export type {
  AttributeFilter,
  Guidance,
  GuidanceAction,
  Language,
  LocalizedText,
  RemoteConfig,
  Survey,
  SurveyQuestion,
  SurveyTrigger,
} from "./config.ts";
export { LIMITS } from "./limits.ts";
