import { VALUE } from "./masks.ts";

/**
 * Masks the value in a word: the whole of a number, a hash or an id, and only the digits of a name with digits, so that
 * `OAuth2TokenExpired` and `OAuth2ScopeMissing` stay two.
 */
export function maskToken(token: string): string {
  const word = trimDots(token);
  if (!/\d/.test(word)) return token;
  const masked = isId(word) ? VALUE : word.replaceAll(/(?<![A-Za-z0-9])-?\d[\d.]*|\d[\d.]*/g, VALUE);
  return token.replace(word, () => masked);
}

/** Without the dots and dashes that belong to the sentence. */
function trimDots(token: string): string {
  let end = token.length;
  while (end > 0 && ".-+".includes(token[end - 1] ?? "")) end -= 1;
  return token.slice(0, end);
}

/** Digits with marks; at least six hexadecimal characters; or letters and digits by turns, as random ids have them. */
function isId(word: string): boolean {
  if (/^[\d.+%-]+$/.test(word)) return true;
  if (/^(?:0x[0-9a-f]+|[0-9a-f-]{6,})$/i.test(word)) return true;
  const turns = word.match(/\d+/g)?.length ?? 0;
  return turns >= 3 && word.length >= 8;
}
