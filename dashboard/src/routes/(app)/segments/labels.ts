import type { SegmentRule } from "@voxloop/analytics/shapes";
import { m } from "#paraglide/messages.js";
import type { OPERATORS } from "./draft.ts";

type Property = Extract<SegmentRule, { kind: "was" }>["property"];

export const KIND_LABELS: Record<SegmentRule["kind"], () => string> = {
  did: m.segment_did,
  didNot: m.segment_did_not,
  score: m.segment_score,
  was: m.segment_was,
};

export const PROPERTY_LABELS: Record<Property, () => string> = {
  channel: m.property_channel,
  audience: m.property_audience,
  os: m.property_os,
  release: m.property_release,
  region: m.property_region,
  environment: m.property_environment,
};

export const OPERATOR_LABELS: Record<(typeof OPERATORS)[number], () => string> = {
  "=": m.segment_is,
  "!=": m.segment_is_not,
  contains: m.segment_contains,
  not_contains: m.segment_not_contains,
};

export const SURVEYS = { nps: "NPS", csat: "CSAT", ces: "CES" } as const;

/** A rule in a few words; how events are narrowed down is told by a dot-dot-dot. */
export function sayRule(rule: SegmentRule): string {
  const days = rule.withinDays;
  if (rule.kind === "score") return m.segment_says_score({ score: sayBounds(rule), days });
  if (rule.kind === "was") {
    const values = rule.values.join(", ");
    return m.segment_says_was({ property: PROPERTY_LABELS[rule.property](), values, days });
  }
  const narrowed = Object.keys(rule.where ?? {}).length > 0 ? " …" : "";
  const event = `${rule.event ?? m.segment_any_event()}${narrowed}`;
  if (rule.kind === "didNot") return m.segment_says_did_not({ event, days });
  return rule.atLeast === 1
    ? m.segment_says_did({ event, days })
    : m.segment_says_did_times({ event, n: rule.atLeast, days });
}

function sayBounds({ survey, min, max }: Extract<SegmentRule, { kind: "score" }>): string {
  const name = SURVEYS[survey];
  if (min === undefined) return `${name} ≤ ${max}`;
  return max === undefined ? `${name} ≥ ${min}` : `${name} ${min}–${max}`;
}
