import { readChinese } from "./chinese.ts";
import { readEnglish } from "./english.ts";
import { detectLanguage, type Language } from "./language.ts";

/** Stored beside every score, so that a better model can find what an older one scored. */
export const MODEL_VERSION = "lexicon-1";

export interface TextScore {
  language: Language;
  /** `score` is -1 to 1; within 0.1 of 0 it is neutral. */
  sentiment: { label: "negative" | "neutral" | "positive"; score: number };
}

/**
 * Language and sentiment of one comment, by lexicons. On public reviews, tweets and patient feedback (two classes, a
 * neutral answer counted as wrong) it labels 72 % of Chinese and 61 % of English texts right; docs/voices.md has the table.
 */
export function analyzeText(text: string): TextScore {
  const language = detectLanguage(text);
  const polarity = readWords(text, language) + readEmoji(text);
  const score = Math.round(1_000 * Math.tanh(polarity / SATURATION)) / 1_000;
  return { language, sentiment: { label: labelOf(score), score } };
}

/** Polarity at which a text is about three quarters of the way to the end of the scale. */
const SATURATION = 3;
const NEUTRAL_WITHIN = 0.1;

function labelOf(score: number): "negative" | "neutral" | "positive" {
  if (Math.abs(score) <= NEUTRAL_WITHIN) return "neutral";
  return score < 0 ? "negative" : "positive";
}

/** Words of the other language within a text count too ("App 很 slow"). */
function readWords(text: string, language: Language): number {
  if (language === "en") return readEnglish(text);
  return language === "zh" ? readChinese(text) + readEnglish(text) : 0;
}

const GLAD =
  /[👍👏❤😊😀😄😁🥰😍🎉💯]|:-?\)|\[(?:赞啊?|心|爱你|鼓掌|哈哈|嘻嘻|可爱|太开心|good|微风|给力)\]/gu;
const CROSS =
  /[👎😡😠😤😭😢💔🤬😞😒]|:-?\(|\[(?:怒骂?|泪|抓狂|衰|鄙视|失望|悲伤|伤心|生病|吐|弱|哼|委屈)\]/gu;

function readEmoji(text: string): number {
  return 1.5 * ((text.match(GLAD)?.length ?? 0) - (text.match(CROSS)?.length ?? 0));
}
