/** A text in both languages while it is edited. */
export interface LocalizedDraft {
  zh: string;
  en: string;
}

type Localized = Partial<Record<"zh-CN" | "en", string>>;

export function toLocalizedDraft(text: Localized = {}): LocalizedDraft {
  return { zh: text["zh-CN"] ?? "", en: text.en ?? "" };
}

/** Without the languages that nobody wrote: there the other is shown. */
export function fromLocalizedDraft({ zh, en }: LocalizedDraft): Localized {
  return {
    ...(zh.trim() !== "" && { "zh-CN": zh.trim() }),
    ...(en.trim() !== "" && { en: en.trim() }),
  };
}

/** What a customer who reads this language is shown. */
export function shownIn(language: keyof LocalizedDraft, text: LocalizedDraft): string {
  return text[language].trim() || text.zh.trim() || text.en.trim();
}
