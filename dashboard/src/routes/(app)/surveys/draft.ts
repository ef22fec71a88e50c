import type { SurveyContent } from "@voxloop/analytics/shapes";
import { fromAudienceRows, toAudienceRows, type AudienceRow } from "#ui/audience.ts";
import { fromLocalizedDraft, toLocalizedDraft, type LocalizedDraft } from "#ui/localized.ts";
import { newQuestion, toQuestion, toQuestionDraft, type QuestionDraft } from "./question-draft.ts";

export type TriggerKind = "event" | "error" | "screen";

/** A survey while it is edited: every field is text or a number, nothing is optional. */
export interface Draft {
  name: string;
  questions: QuestionDraft[];
  triggerKind: TriggerKind;
  event: string;
  where: AudienceRow[];
  screen: string;
  afterSeconds: number;
  audience: AudienceRow[];
  sharePercent: number;
  daysAfterAny: number;
  daysAfterThis: number;
  thanks: LocalizedDraft;
}

export function newDraft(name: string): Draft {
  return {
    name,
    questions: [newQuestion("nps"), newQuestion("text")],
    triggerKind: "event",
    event: "vox.transaction",
    where: [{ name: "vox.outcome", values: "succeeded" }],
    screen: "",
    afterSeconds: 2,
    audience: [],
    sharePercent: 10,
    daysAfterAny: 30,
    daysAfterThis: 90,
    thanks: { zh: "谢谢您的反馈", en: "Thank you for your feedback" },
  };
}

export function toDraft(name: string, content: SurveyContent): Draft {
  const { trigger, questions, audience, share, daysAfterAny, daysAfterThis, thanks } = content;
  return {
    name,
    questions: questions.map(toQuestionDraft),
    triggerKind: kindOf(trigger),
    event: trigger.event ?? "",
    where: toAudienceRows(trigger.where),
    screen: trigger.screen ?? "",
    afterSeconds: trigger.afterSeconds ?? 0,
    audience: toAudienceRows(audience),
    sharePercent: Math.round(share * 1e4) / 100,
    daysAfterAny,
    daysAfterThis,
    thanks: toLocalizedDraft(thanks),
  };
}

function kindOf(trigger: SurveyContent["trigger"]): TriggerKind {
  if (trigger.onError === true) return "error";
  return trigger.event === undefined && trigger.screen !== undefined ? "screen" : "event";
}

export function toContent(draft: Draft): SurveyContent {
  return {
    questions: draft.questions.map(toQuestion),
    trigger: triggerOf(draft),
    audience: fromAudienceRows(draft.audience),
    share: Math.round(draft.sharePercent * 100) / 1e4,
    daysAfterAny: draft.daysAfterAny,
    daysAfterThis: draft.daysAfterThis,
    thanks: fromLocalizedDraft(draft.thanks),
  };
}

function triggerOf({ triggerKind, event, where, screen, afterSeconds }: Draft): SurveyContent["trigger"] {
  const conditions = fromAudienceRows(where);
  return {
    ...(triggerKind === "event" && event.trim() !== "" && { event: event.trim() }),
    ...(triggerKind === "error" && { onError: true }),
    ...(triggerKind !== "screen" && Object.keys(conditions).length > 0 && { where: conditions }),
    ...(screen.trim() !== "" && { screen: screen.trim() }),
    ...(afterSeconds > 0 && { afterSeconds }),
  };
}
