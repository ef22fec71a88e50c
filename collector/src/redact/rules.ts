import { isCardNumber, isResidentId } from "./numbers.ts";

export type RedactionRule = "query" | "token" | "secret" | "email" | "resident_id" | "card" | "phone";

export interface TextRule {
  rule: RedactionRule;
  pattern: RegExp;
  /** What stands for the match (its groups follow it); the match itself leaves it as it is. */
  replace: (match: readonly string[]) => string;
}

/** Everything that ends where an address in running text ends, in English and Chinese. */
const IN_URL = String.raw`[^\s"'<>)\]}，。；、）】》]`;

export const TEXT_RULES: readonly TextRule[] = [
  {
    // Line and column at the end of a stack frame's address stay.
    rule: "query",
    pattern: new RegExp(
      String.raw`([a-z][a-z0-9+.-]{1,20}://${IN_URL.replace("[^", "[^?#")}*)((?:[?#]${IN_URL}*?)?)((?::\d+){0,2})(?!${IN_URL})`,
      "gi",
    ),
    replace: ([match, head, tail, position]) => {
      const kept = withoutQuery(tail ?? "");
      return kept === tail ? (match ?? "") : `${head}${kept}${position}`;
    },
  },
  { rule: "token", pattern: /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, replace: () => "[token]" },
  {
    rule: "token",
    pattern: /\b(bearer|basic)(\s+)(?=[\w.~+/-]*[\d=])[\w.~+/-]{8,}=*/gi,
    replace: ([, scheme, space]) => `${scheme}${space}[token]`,
  },
  { rule: "token", pattern: /\b(?:vxl|vwk|vss|vsl)_[\w-]{16,}/g, replace: () => "[token]" },
  {
    rule: "secret",
    pattern:
      /(["']?(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|cvv2?|cvc|otp|pin|密码|验证码)["']?\s*(?:[:=：＝]|是)\s*)("[^"]*"|'[^']*'|[^\s"'&,;，。；)}\]]+)/gi,
    replace: ([match, name, value]) =>
      value?.includes("[token]") || value?.includes("[secret]") ? (match ?? "") : `${name}[secret]`,
  },
  {
    // The end must look like a domain: neither a package's version (pkg@1.2.3) nor a frame of Firefox (f@main.js:1).
    rule: "email",
    pattern:
      /[\w.%+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}(?!(?:[cm]?[jt]sx?|vue|svelte|html?|wasm|map|css)\b)[a-z]{2,24}(?![\w-])/gi,
    replace: () => "[email]",
  },
];

const DIGIT = "[0-9０-９]";
/** Not in a longer number, a decimal's fraction, or a word such as a hash. */
const NUMBER_STARTS = String.raw`(?<![\w０-９])(?<!\d[.])`;

export const DIGIT_RULES: readonly TextRule[] = [
  {
    rule: "resident_id",
    pattern: new RegExp(`${NUMBER_STARTS}${DIGIT}{17}[0-9０-９XxＸ](?![\\w０-９])`, "g"),
    replace: ([match = ""]) => (isResidentId(match) ? "[resident id]" : match),
  },
  {
    rule: "card",
    pattern: new RegExp(`${NUMBER_STARTS}${DIGIT}(?:[ -]?${DIGIT}){12,18}(?![\\w０-９])`, "g"),
    replace: ([match = ""]) => (isCardNumber(match) ? "[card]" : match),
  },
  {
    // Mainland mobile numbers, with or without country code and the usual 3-4-4 grouping.
    rule: "phone",
    pattern:
      /(?<![0-9０-９])(?<!\d[.])(?:(?:\+|00)?86[ -]?)?[1１][3-9３-９][0-9０-９](?:[ -]?[0-9０-９]{4}){2}(?![0-9０-９])/g,
    replace: () => "[phone]",
  },
  {
    rule: "phone",
    pattern: /(?<![\w+])\+[1-9]\d{0,2}(?:[ -]?\(?\d{1,4}\)?){2,5}(?!\d)/g,
    replace: ([match = ""]) => (match.replaceAll(/\D/g, "").length >= 9 ? "[phone]" : match),
  },
];

/** Drops `?...` before and after a fragment, and a fragment that carries values (`#access_token=...`). */
function withoutQuery(tail: string): string {
  const hash = tail.indexOf("#");
  const fragment = hash === -1 ? "" : tail.slice(hash).replace(/\?.*$/, "");
  return fragment.includes("=") ? "" : fragment;
}
