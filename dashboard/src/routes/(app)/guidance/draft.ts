import type { GuidanceContent } from "@voxloop/analytics/shapes";
import { fromAudienceRows, toAudienceRows, type AudienceRow } from "#ui/audience.ts";
import { fromLocalizedDraft, toLocalizedDraft, type LocalizedDraft } from "#ui/localized.ts";

export type ActionKind = "none" | "retry" | "link";

/** Guidance while it is edited: every field is text or a number, nothing is optional. */
export interface Draft {
  name: string;
  code: string;
  flow: string;
  errorType: string;
  audience: AudienceRow[];
  rolloutPercent: number;
  holdoutPercent: number;
  title: LocalizedDraft;
  body: LocalizedDraft;
  actionKind: ActionKind;
  actionLabel: LocalizedDraft;
  actionUrl: string;
}

/** Everybody but one in ten, without whom nobody could tell whether it helps. */
const NEW = { rolloutShare: 1, holdoutShare: 0.1 };

export function newDraft(name: string, match: GuidanceContent["match"] = {}): Draft {
  return toDraft(name, { ...NEW, match, audience: {}, title: {}, body: {} });
}

export function toDraft(name: string, content: GuidanceContent): Draft {
  const { match, audience, rolloutShare, holdoutShare, title, body, action } = content;
  return {
    name,
    code: match.code ?? "",
    flow: match.flow ?? "",
    errorType: match.errorType ?? "",
    audience: toAudienceRows(audience),
    rolloutPercent: toPercent(rolloutShare),
    holdoutPercent: toPercent(holdoutShare),
    title: toLocalizedDraft(title),
    body: toLocalizedDraft(body),
    actionKind: action?.kind ?? "none",
    actionLabel: toLocalizedDraft(action?.label),
    actionUrl: action?.url ?? "",
  };
}

export function toContent(draft: Draft): GuidanceContent {
  const { actionKind: kind, actionLabel, actionUrl } = draft;
  const given = { code: draft.code, flow: draft.flow, errorType: draft.errorType };
  const match = Object.entries(given).filter(([, value]) => value.trim() !== "");
  return {
    match: Object.fromEntries(match.map(([name, value]) => [name, value.trim()])),
    audience: fromAudienceRows(draft.audience),
    rolloutShare: toShare(draft.rolloutPercent),
    holdoutShare: toShare(draft.holdoutPercent),
    title: fromLocalizedDraft(draft.title),
    body: fromLocalizedDraft(draft.body),
    ...(kind !== "none" && {
      action: {
        kind,
        label: fromLocalizedDraft(actionLabel),
        ...(kind === "link" && { url: actionUrl.trim() }),
      },
    }),
  };
}

// Shares are decimals of what people write as whole or half percents; rounding keeps 0.07 * 100 from being 7.000000000000001.
const toPercent = (share: number) => Math.round(share * 1e4) / 100;
const toShare = (percent: number) => Math.round(percent * 100) / 1e4;
