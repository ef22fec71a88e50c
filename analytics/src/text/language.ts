/** A comment's language as far as we read it; "" for any other, and for text without words. */
export type Language = "zh" | "en" | "";

const HAN = /\p{Script=Han}/gu;
const LATIN_WORD = /[a-z]+(?:['’][a-z]+)*/gi;
/** Kana and Hangul: Japanese and Korean also write Han characters. */
const OTHER_EAST_ASIAN = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;
const OTHER_LETTER = /(?![a-z\p{Script=Han}])\p{L}/giu;
/** A Chinese word has about this many characters, so that both sides count words. */
const HAN_PER_WORD = 1.6;

/**
 * The language most words of a text are in. Mixed text is common in a bank's app ("transfer 一直失败 E1042"); codes and
 * numbers count for neither side.
 */
export function detectLanguage(text: string): Language {
  const han = count(text, HAN);
  if (count(text, OTHER_EAST_ASIAN) > han * 0.1) return "";
  const chinese = han / HAN_PER_WORD;
  const english = count(text, LATIN_WORD);
  const other = count(text, OTHER_LETTER);
  if (chinese === 0 && english === 0) return "";
  if (other > han && other > 0.1 * text.length) return "";
  return chinese >= english ? "zh" : "en";
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
