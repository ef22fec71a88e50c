import { refuse } from "./refuse.ts";

/** A map has a handful; one of 1,000 parts some ten thousand. */
const GROUPS_MAX = 20_000;
/** Names, mostly. */
const VALUES_MAX = 3_000_000;

const [QUOTE, BACKSLASH, COMMA, BRACKET, BRACE] = [0x22, 0x5c, 0x2c, 0x5b, 0x7b];

/**
 * Refuses JSON with more objects, arrays or values than any source map has, before it is parsed: an empty object of three
 * bytes takes twenty times that in memory.
 */
export function boundJson(text: string): void {
  let groups = 0;
  let values = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === COMMA) values += 1;
    else if (code === BRACKET || code === BRACE) groups += 1;
  }
  if (groups > GROUPS_MAX || values > VALUES_MAX)
    refuse("is not a source map: it has more objects or values than any has");
}

/** Where the string that begins here ends; the end of the text when it does not. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at += 1;
  }
  return text.length;
}
