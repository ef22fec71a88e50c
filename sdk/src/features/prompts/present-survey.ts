import { ATTR, EVENT, type Survey } from "@voxloop/contract";
import type { Attributes } from "../../core/event.ts";
import type { FeatureClient, Stop } from "../../core/feature.ts";
import type { SurveysOptions } from "../surveys/options.ts";
import type { Ground, Turn } from "./ground.ts";
import { lookOf } from "./look.ts";
import { showSurvey } from "./survey-panel.ts";
import { createRun } from "./survey-run.ts";

interface SurveyCase {
  client: FeatureClient;
  ground: Ground;
  options: SurveysOptions;
  turn: Turn;
  survey: Survey;
  /** Of the event that caused it. */
  attributes: Attributes;
}

/** Shows a survey, or has the app show it. */
export function presentSurvey({
  client,
  ground,
  options,
  turn,
  survey,
  attributes,
}: SurveyCase): Stop | void {
  if (turn.isOver()) return undefined;
  const { render } = options;
  const look = lookOf(options, client.settings, attributes);
  const own: Attributes = {
    [ATTR.surveyId]: survey.id,
    [ATTR.surveyVersion]: survey.version,
    [ATTR.promptLanguage]: look.language,
    [ATTR.flow]: attributes[ATTR.flow],
    [ATTR.causeCode]: attributes[ATTR.errorCode],
  };
  const { run, abandon } = createRun(survey, { look, own, emit: client.emit, turn, endsItself: !!render });
  const close = (render ?? showSurvey)(run, look);
  // First, as it may begin the session that is noted.
  client.emit(EVENT.surveyShown, own);
  ground.notePrompt((memory, at) => {
    memory.surveyAt = at;
    memory.surveys = { ...memory.surveys, [survey.id]: at };
  });
  return () => {
    close?.();
    abandon();
  };
}
