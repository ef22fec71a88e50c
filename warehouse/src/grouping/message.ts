import { applyMasks, LISTS, NUMERALS, TEXT_MASKS, UNSEEN, VALUE, WHOLES } from "./masks.ts";
import { keepCodes, showCodes } from "./kept-codes.ts";
import { maskToken } from "./token.ts";

/** Beyond it a message is data; what it is about is at its start. */
const LENGTH_MAX = 2_000;

/**
 * What a message says whichever customer, amount and moment it is about: full-width characters as ASCII, values as `<*>`,
 * spaces joined. The same for every system and without memory, so that one message is always one text.
 */
export function normaliseMessage(message: string): string {
  const plain = message
    .slice(0, LENGTH_MAX)
    .toWellFormed()
    .normalize("NFKC")
    .replaceAll(UNSEEN, "")
    .replaceAll(/\s+/g, " ")
    .trim();
  const whole = applyMasks(keepCodes(withoutQuotes(plain)), WHOLES);
  const text = applyMasks(/\d/.test(whole) ? whole.replaceAll(TOKEN, maskToken) : whole, REST);
  return showCodes(text).replaceAll(BESIDE_HAN, "").replaceAll(VALUE, "<*>");
}

const REST = [...NUMERALS, ...TEXT_MASKS, ...LISTS];

/** Whether a space stands between Chinese and digits is a matter of taste. */
const BESIDE_HAN = /(?<=[\u3400-\u9FFF]) | (?=[\u3400-\u9FFF])/g;

/** Words, numbers and ids of ASCII letters; characters of Chinese part them. */
const TOKEN = /[\w$@%+.-]+/g;

/** A message that is quoted as a whole is no value. */
function withoutQuotes(text: string): string {
  return /^(?:"[^"]+"|'[^']+'|“[^”]+”|「[^」]+」|《[^》]+》|`[^`]+`)[.。!]?$/.test(text)
    ? text.slice(1).replace(/.[.。!]?$/, "")
    : text;
}
