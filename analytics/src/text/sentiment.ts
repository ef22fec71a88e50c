import { aspectClauses, type Aspect } from "./aspects.ts";
import { detectLanguage, type Language } from "./language.ts";
import { model, oddsOf } from "./model.ts";

export interface TextScore {
  language: Language;
  /** `score` is -1 to 1: how much likelier praise is than blame, nearer to 0 the likelier it is neither. */
  sentiment: { label: "negative" | "neutral" | "positive"; score: number };
}

/** Stored beside every score, so that a better model can find what an older one scored. */
export const modelVersion = (): string => model().version;

/** So near to the middle a text may as well be the one as the other. */
const NEUTRAL_WITHIN = 0.1;
const NOTHING = { label: "neutral", score: 0 } as const;

/** Language and sentiment of one comment, by a linear model (docs/text-model.md says how good it is). */
export function analyzeText(text: string): TextScore {
  const language = detectLanguage(text);
  if (language !== "") return { language, sentiment: sentimentOf(text, language) };
  // Emoji and smileys need no language.
  return {
    language,
    sentiment: /\p{Extended_Pictographic}|[:;]-?[()]/u.test(text) ? sentimentOf(text, "en") : NOTHING,
  };
}

export interface AspectScore {
  aspect: Aspect;
  sentiment: TextScore["sentiment"];
}

/** What a comment says of each aspect of a bank that it speaks of, by the clauses that do: praise for one may be blame for another. */
export function analyzeAspects(text: string): AspectScore[] {
  const language = detectLanguage(text);
  if (language === "") return [];
  return [...aspectClauses(text, language)].map(([aspect, clauses]) => ({
    aspect,
    sentiment: sentimentOf(clauses.join(language === "zh" ? "，" : ". "), language),
  }));
}

/** The sentiment of a text in a language, without looking which it is in. */
export function sentimentOf(text: string, language: Exclude<Language, "">): TextScore["sentiment"] {
  const of = model();
  const { polarity, neutral } = oddsOf(of, text, language);
  const neither = 1 / (1 + Math.exp(-neutral));
  const score = Math.round(1_000 * (1 - neither) * Math.tanh(polarity / 2)) / 1_000;
  if (neutral > of.neutralAbove[language] || Math.abs(score) < NEUTRAL_WITHIN)
    return { label: "neutral", score };
  return { label: score < 0 ? "negative" : "positive", score };
}
