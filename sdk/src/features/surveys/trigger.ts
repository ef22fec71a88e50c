import { ATTR, type Survey, type SurveyTrigger } from "@voxloop/contract";
import type { VoxEvent } from "../../core/event.ts";
import type { FeatureClient } from "../../core/feature.ts";
import { isErrorEvent } from "../../core/otlp.ts";
import { shareOf } from "../../core/share.ts";
import { fits, type Ground } from "../prompts/ground.ts";

const DAY_MS = 86_400_000;

/** True for a survey that waits for events; one without conditions waits for the app. */
export function waitsForEvent({ event, where, onError }: SurveyTrigger): boolean {
  return !!(event || onError || (where && Object.keys(where).length));
}

export function waitsForPlace(trigger: SurveyTrigger): boolean {
  return !waitsForEvent(trigger) && !!(trigger.screen || trigger.afterSeconds);
}

export function isCause(trigger: SurveyTrigger, event: VoxEvent, facts: Record<string, unknown>): boolean {
  return (
    (!trigger.event || trigger.event === event.name) &&
    (!trigger.onError || isErrorEvent(event)) &&
    fits(trigger.where, facts)
  );
}

/** The screen that is shown; where an app names none, the path. */
export function placeOf({ attributes }: VoxEvent): string {
  return String(attributes[ATTR.screenName] ?? attributes[ATTR.urlPath] ?? "");
}

/** True when this customer is to be asked at all, and has been left alone long enough. */
export function mayAsk(client: FeatureClient, ground: Ground, survey: Survey): boolean {
  const { id, share, daysAfterAny, daysAfterThis } = survey;
  const { surveyAt, surveys } = ground.memory();
  const time = client.now();
  const isLongAgo = (at: number | undefined, days: number): boolean => !at || time - at >= days * DAY_MS;
  const customerId = client.customerId();
  return (
    !ground.hasPrompted() &&
    isLongAgo(surveyAt, daysAfterAny) &&
    isLongAgo(surveys?.[id], daysAfterThis) &&
    !!customerId &&
    shareOf(`survey.${id}`, customerId) < share
  );
}
