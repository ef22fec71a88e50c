/* What is fetched when a prompt is to be shown. */
export { presentGuidance } from "./present-guidance.ts";
export { presentSurvey } from "./present-survey.ts";
