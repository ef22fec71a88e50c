import { ATTR, type Survey } from "@voxloop/contract";
import type { VoxEvent } from "../../core/event.ts";
import type { FeatureClient, Stop } from "../../core/feature.ts";
import { factsOf, fits, groundOf, type Ground } from "../prompts/ground.ts";
import { loadPrompts } from "../prompts/load.ts";
import type { Surveys, SurveysOptions } from "./options.ts";
import { isCause, mayAsk, placeOf, waitsForEvent, waitsForPlace } from "./trigger.ts";

export type { PromptOptions } from "../prompts/look.ts";
export type { SurveyQuestionPrompt, SurveyRun } from "../prompts/survey-run.ts";
export type { Surveys, SurveysOptions } from "./options.ts";

/** Asks customers what the project's product managers have published. */
export function surveys(options: SurveysOptions = {}): Surveys {
  let showNow: Surveys["show"] | undefined;
  return {
    name: "surveys",
    show: (surveyId) => showNow?.(surveyId) ?? false,
    start(client) {
      if (typeof document === "undefined") return () => undefined;
      const asking = startSurveys({ client, options, ground: groundOf(client) });
      showNow = (surveyId) => client.guard(() => asking.show(surveyId), false);
      return () => {
        showNow = undefined;
        asking.stop();
      };
    },
  };
}

interface Parts {
  client: FeatureClient;
  ground: Ground;
  options: SurveysOptions;
}

function startSurveys(parts: Parts): { show: Surveys["show"]; stop: Stop } {
  const { client, ground } = parts;
  const plans = createPlans(parts);
  let all: Survey[] = [];
  const arrive = (): void => {
    for (const survey of all) if (waitsForPlace(survey.trigger)) plans.plan(survey, plans.last());
  };
  const leave = ground.join({
    learn(config) {
      plans.forget(() => true);
      all = config.surveys;
      arrive();
    },
    hear(event) {
      if (plans.move(event)) arrive();
      const facts = factsOf(client, event);
      for (const survey of all)
        if (waitsForEvent(survey.trigger) && isCause(survey.trigger, event, facts)) plans.plan(survey, event);
    },
  });
  return {
    show(surveyId) {
      const survey = all.find(({ id }) => id === surveyId);
      return !!survey && showSurvey(parts, survey, plans.last());
    },
    stop() {
      plans.forget(() => true);
      leave();
    },
  };
}

/** Surveys whose cause has happened, and which still wait. */
function createPlans(parts: Parts) {
  const { client, ground } = parts;
  const waiting = new Map<Survey, ReturnType<typeof setTimeout>>();
  let last: VoxEvent = { name: "", time: 0, attributes: { [ATTR.urlPath]: location.pathname } };

  const isPlace = ({ trigger }: Survey): boolean => !trigger.screen || trigger.screen === placeOf(last);
  function forget(isForgotten: (survey: Survey) => boolean): void {
    for (const [survey, timer] of waiting)
      if (isForgotten(survey) && waiting.delete(survey)) clearTimeout(timer);
  }
  return {
    last: () => last,
    forget,
    /** True when the event happened elsewhere than the last; the time spent there does not count. */
    move(event: VoxEvent): boolean {
      const hasMoved = placeOf(event) !== placeOf(last);
      last = event;
      if (hasMoved) forget(({ trigger }) => waitsForPlace(trigger));
      return hasMoved;
    },
    /** Asks after the survey's pause, if the customer is then still where it wants them. */
    plan(survey: Survey, cause: VoxEvent): void {
      const { trigger, audience } = survey;
      const mayShow = (): boolean => isPlace(survey) && mayAsk(client, ground, survey);
      if (waiting.has(survey) || !fits(audience, factsOf(client, cause)) || !mayShow()) return;
      const ask = (): void => {
        waiting.delete(survey);
        if (mayShow()) showSurvey(parts, survey, cause);
      };
      if (!trigger.afterSeconds) return ask();
      waiting.set(
        survey,
        setTimeout(() => client.guard(ask, undefined), trigger.afterSeconds * 1000),
      );
    },
  };
}

function showSurvey(parts: Parts, survey: Survey, { attributes }: VoxEvent): boolean {
  return parts.ground.show(0, async (turn) => {
    const { presentSurvey } = await loadPrompts();
    return presentSurvey({ ...parts, turn, survey, attributes });
  });
}
