import type { ErrorGroup, Issue, IssueState, Verdict, Voice } from "@voxloop/analytics/shapes";
import { m } from "#paraglide/messages.js";

/** How the api's words are said to a person. */
export const STATE_LABELS: Record<IssueState, () => string> = {
  detected: m.state_detected,
  analysing: m.state_analysing,
  decided: m.state_decided,
  released: m.state_released,
  verifying: m.state_verifying,
  closed: m.state_closed,
};
/** In the order of the loop. */
export const STATES = Object.keys(STATE_LABELS) as IssueState[];

export const SEVERITY_LABELS: Record<Issue["severity"], () => string> = {
  critical: m.severity_critical,
  high: m.severity_high,
  medium: m.severity_medium,
  low: m.severity_low,
};

export const CLOSE_LABELS: Record<NonNullable<Issue["closeReason"]>, () => string> = {
  effective: m.close_effective,
  wont_fix: m.close_wont_fix,
  duplicate: m.close_duplicate,
  accepted: m.close_accepted,
};

export const VERDICT_LABELS: Record<Verdict, () => string> = {
  effective: m.verdict_effective,
  not_effective: m.verdict_not_effective,
  inconclusive: m.verdict_inconclusive,
  no_traffic: m.verdict_no_traffic,
};

export const ERROR_STATE_LABELS: Record<ErrorGroup["state"], () => string> = {
  new: m.error_state_new,
  regressed: m.error_state_regressed,
  spiking: m.error_state_spiking,
  ongoing: m.error_state_ongoing,
};

export function sentimentLabel(label: string): string {
  if (label === "negative") return m.sentiment_negative();
  if (label === "neutral") return m.sentiment_neutral();
  if (label === "positive") return m.sentiment_positive();
  return m.sentiment_none();
}

export function languageLabel(language: string): string {
  if (language === "zh") return m.language_zh();
  if (language === "en") return m.language_en();
  return m.unknown();
}

const KIND_LABELS: Record<string, () => string> = {
  nps: m.kind_nps,
  csat: m.kind_csat,
  ces: m.kind_ces,
  text: m.kind_text,
  choice: m.kind_choice,
  rating: m.kind_rating,
  ticket: m.kind_ticket,
  post: m.kind_post,
  assessment: m.kind_assessment,
};

/** A kind that no label is known of is the sender's own word. */
export function kindLabel(kind: string): string {
  return KIND_LABELS[kind]?.() ?? kind;
}

const LAYER_LABELS: Record<Voice["layer"], () => string> = {
  customer: m.layer_customer,
  employee: m.layer_employee,
  professional: m.layer_professional,
};

export function layerLabel(layer: Voice["layer"]): string {
  return LAYER_LABELS[layer]();
}
