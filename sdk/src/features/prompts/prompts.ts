/* What is fetched when a prompt is to be shown. */
export { showGuidance } from "./guidance-panel.ts";
export { showSurvey } from "./survey-panel.ts";
export { createRun } from "./survey-run.ts";
