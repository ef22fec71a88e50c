import { createHash } from "node:crypto";
import { hasSecretName, isUrlName } from "./names.ts";
import { DIGIT_RULES, TEXT_RULES, type RedactionRule, type TextRule } from "./rules.ts";

export interface Redactor {
  /** The text without what identifies or authenticates a person. */
  text(value: string): string;
  /** The same for an attribute, whose name says more: a secret goes whole, an address loses its query string. */
  attribute(name: string, value: string): string;
  /**
   * An id that itself is a phone number, e-mail, card or resident id becomes a pseudonym, always the same within a
   * project, so that customers can still be counted and an app can find its own by computing it again.
   */
  identity(project: string, value: string): string;
}

// One look that nearly every text ends with: no rule can match without one of these.
const SUSPECT =
  /[0-9０-９]{3}|[@?#]|eyJ|bearer|basic|vxl_|vwk_|passw|pwd|secret|token|api.?key|cvv|otp|密码|验证码/i;
const HAS_DIGITS = /[0-9０-９]{3}/;

/** `count` is told which rule removed something, never what. */
export function createRedactor(count: (rule: RedactionRule) => void): Redactor {
  const apply = (value: string, rules: readonly TextRule[]): string => {
    let text = value;
    for (const { rule, pattern, replace } of rules) {
      text = text.replace(pattern, (...match) => {
        const replacement = replace(match);
        if (replacement !== match[0]) count(rule);
        return replacement;
      });
    }
    return text;
  };
  const redactText = (value: string): string => {
    if (!SUSPECT.test(value)) return value;
    const text = apply(value, TEXT_RULES);
    return HAS_DIGITS.test(text) ? apply(text, DIGIT_RULES) : text;
  };
  return {
    text: redactText,
    attribute(name, value) {
      if (hasSecretName(name)) {
        if (value !== "") count("secret");
        return value === "" ? "" : "[secret]";
      }
      return redactText(isUrlName(name) ? cutQuery(value, count) : value);
    },
    identity(project, value) {
      const isPersonal = SUSPECT.test(value) && redactText(value) !== value;
      return isPersonal
        ? `p_${createHash("sha256").update(`${project}\n${value}`).digest("hex").slice(0, 32)}`
        : value;
    },
  };
}

function cutQuery(value: string, count: (rule: RedactionRule) => void): string {
  const at = value.indexOf("?");
  if (at === -1 || at === value.length - 1) return value;
  count("query");
  return value.slice(0, at);
}
