import { isCardNumber, isIban, isResidentId } from "./numbers.ts";
import { SUSPICION } from "./suspicion.ts";

export type RedactionRule =
  | "query"
  | "token"
  | "secret"
  | "email"
  | "resident_id"
  | "card"
  | "iban"
  | "account"
  | "phone";

export interface TextRule {
  rule: RedactionRule;
  /** Without this suspicion against a text the pattern cannot match. */
  needs: number;
  pattern: RegExp;
  /** What stands for the match (its groups follow it); the match itself leaves it as it is. */
  replace: (match: readonly string[]) => string;
}

/** Everything that ends where an address in running text ends, in English and Chinese. */
const IN_URL = String.raw`[^\s"'<>)\]}，。；、）】》]`;

const TEXT_RULES: readonly TextRule[] = [
  {
    // Line and column at the end of a stack frame's address stay.
    rule: "query",
    needs: SUSPICION.url,
    pattern: new RegExp(
      String.raw`([a-z][a-z0-9+.-]{1,20}://${IN_URL.replace("[^", "[^?#")}*)((?:[?#]${IN_URL}*?)?)((?::\d+){0,2})(?!${IN_URL})`,
      "gi",
    ),
    replace: ([match, head, tail, position]) => {
      const kept = withoutQuery(tail ?? "");
      return kept === tail ? (match ?? "") : `${head}${kept}${position}`;
    },
  },
  {
    rule: "token",
    needs: SUSPICION.word,
    pattern: /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g,
    replace: () => "[token]",
  },
  {
    rule: "token",
    needs: SUSPICION.word,
    pattern: /\b(bearer|basic)(\s+)(?=[\w.~+/-]*[\d=])[\w.~+/-]{8,}=*/gi,
    replace: ([, scheme, space]) => `${scheme}${space}[token]`,
  },
  {
    rule: "token",
    needs: SUSPICION.word,
    pattern: /\b(?:vxl|vwk|vss|vsl)_[\w-]{16,}/g,
    replace: () => "[token]",
  },
  {
    // Keys of Amazon, GitHub and Slack, by the prefixes they publish for scanners.
    rule: "token",
    needs: SUSPICION.word,
    pattern: /\b(?:(?:AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_\w{30,}|xox[abprs]-[\w-]{10,})\b/g,
    replace: () => "[token]",
  },
  {
    rule: "secret",
    needs: SUSPICION.word,
    pattern:
      /(["']?(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|cvv2?|cvc|otp|pin|密码|验证码)["']?\s*(?:[:=：＝]|是)\s*)("[^"]*"|'[^']*'|[^\s"'&,;，。；)}\]]+)/gi,
    replace: ([match, name, value]) =>
      value?.includes("[token]") || value?.includes("[secret]") ? (match ?? "") : `${name}[secret]`,
  },
  {
    // The end must look like a domain: neither a package's version (pkg@1.2.3) nor a frame of Firefox (f@main.js:1).
    rule: "email",
    needs: SUSPICION.email,
    pattern:
      /[\w.%+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}(?!(?:[cm]?[jt]sx?|vue|svelte|html?|wasm|map|css)\b)[a-z]{2,24}(?![\w-])/gi,
    replace: () => "[email]",
  },
];

const DIGIT = "[0-9０-９]";
/** Not in a longer number, a decimal's fraction, or a word such as a hash. */
const NUMBER_STARTS = String.raw`(?<![\w０-９])(?<!\d[.])`;

const DIGIT_RULES: readonly TextRule[] = [
  {
    rule: "resident_id",
    needs: SUSPICION.number,
    pattern: new RegExp(`${NUMBER_STARTS}${DIGIT}{17}[0-9０-９XxＸ](?![\\w０-９])`, "g"),
    replace: ([match = ""]) => (isResidentId(match) ? "[resident id]" : match),
  },
  {
    rule: "card",
    needs: SUSPICION.number,
    pattern: new RegExp(`${NUMBER_STARTS}${DIGIT}(?:[ -]?${DIGIT}){12,18}(?![\\w０-９])`, "g"),
    replace: ([match = ""]) => (isCardNumber(match) ? "[card]" : match),
  },
  {
    rule: "iban",
    needs: SUSPICION.digits,
    pattern: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g,
    replace: ([match = ""]) => (isIban(match) ? "[iban]" : match),
  },
  {
    // An account's number has no check digits of its own, so what is said before it tells.
    rule: "account",
    needs: SUSPICION.number,
    pattern: new RegExp(
      String.raw`((?:[账帐][号户]|卡号|\b(?:accounts?|acct|a/c)\b)(?:\s*(?:number|no\.?|num|#))?["']?[^0-9０-９\w]{0,6}(?:是|为|is)?\s*["']?)(${DIGIT}(?:[ -]?${DIGIT}){7,29})(?![\w０-９])`,
      "gi",
    ),
    replace: ([, before]) => `${before}[account]`,
  },
  {
    // Mainland mobile numbers, with or without country code and the usual 3-4-4 grouping.
    rule: "phone",
    needs: SUSPICION.number,
    pattern:
      /(?<![0-9０-９])(?<!\d[.])(?:(?:\+|00)?86[ -]?)?[1１][3-9３-９][0-9０-９](?:[ -]?[0-9０-９]{4}){2}(?![0-9０-９])/g,
    replace: () => "[phone]",
  },
  {
    // Mainland landlines: an area code (010, 02x, 03xx to 09xx), then seven or eight digits that begin with 2 to 8.
    rule: "phone",
    needs: SUSPICION.number,
    pattern:
      /(?<![\w.+-])(?:(?:\+|00)?86[ -]?)?(?:[(（]0(?:10|2\d|[3-9]\d{2})[)）][ -]?|0(?:10|2\d|[3-9]\d{2})[ -]?)[2-8]\d{2,3}[ -]?\d{4}(?:(?:[ -]|转|ext\.? ?)\d{1,6})?(?![\w.])/g,
    replace: () => "[phone]",
  },
  {
    rule: "phone",
    needs: SUSPICION.number,
    pattern: /(?<![\w+])\+[1-9]\d{0,2}(?:[ -]?\(?\d{1,4}\)?){2,5}(?!\d)/g,
    replace: ([match = ""]) => (match.replaceAll(/\D/g, "").length >= 9 ? "[phone]" : match),
  },
];

/** All rules, in the order they run. */
export const RULES: readonly TextRule[] = [...TEXT_RULES, ...DIGIT_RULES];

/** Drops `?...` before and after a fragment, and a fragment that carries values (`#access_token=...`). */
function withoutQuery(tail: string): string {
  const hash = tail.indexOf("#");
  const fragment = hash === -1 ? "" : tail.slice(hash).replace(/\?.*$/, "");
  return fragment.includes("=") ? "" : fragment;
}
