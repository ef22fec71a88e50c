import { m } from "#paraglide/messages.js";
import { getLocale } from "#paraglide/runtime.js";
import type { QuestionKind } from "./question-draft.ts";

export const KIND_LABELS: Record<QuestionKind, () => string> = {
  nps: m.survey_kind_nps,
  csat: m.survey_kind_csat,
  ces: m.survey_kind_ces,
  choice: m.survey_kind_choice,
  text: m.survey_kind_text,
};

export function kindName(kind: string): string {
  return kind in KIND_LABELS ? KIND_LABELS[kind as QuestionKind]() : kind;
}

/** "" where the app did not say. */
export function languageName(language: string): string {
  if (language === "") return m.survey_language_unknown();
  if (language === "zh-CN") return m.language_zh();
  try {
    return new Intl.DisplayNames([getLocale()], { type: "language" }).of(language) ?? language;
  } catch {
    return language;
  }
}
