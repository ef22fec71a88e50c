import { m } from "#paraglide/messages.js";
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

/** A language by its own name; "" where the app did not say. */
export function languageName(language: string): string {
  if (language === "") return m.survey_language_unknown();
  try {
    return new Intl.DisplayNames([language], { type: "language" }).of(language) ?? language;
  } catch {
    return language;
  }
}
