import type { Feature, Stop } from "../../core/feature.ts";
import type { PromptOptions } from "../prompts/look.ts";
import type { SurveyRun } from "../prompts/survey-run.ts";

export interface SurveysOptions extends PromptOptions {
  /** Asks in the app's own way; may give back how to take the survey away, which is called when its place is needed. */
  render?: ((survey: SurveyRun) => Stop | void) | undefined;
}

export interface Surveys extends Feature {
  /**
   * Shows a survey at the app's own moment, whatever its trigger, share and pauses say. False when it is not known, or
   * something else is on the screen.
   */
  show: (surveyId: string) => boolean;
}
