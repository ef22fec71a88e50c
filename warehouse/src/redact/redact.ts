import { createHash } from "node:crypto";
import { hasAccountName, hasSecretName, isUrlName } from "./names.ts";
import { RULES, type RedactionRule } from "./rules.ts";
import { suspect, SUSPICION } from "./suspicion.ts";

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

/** `count` is told which rule removed something, never what. */
export function createRedactor(count: (rule: RedactionRule) => void): Redactor {
  const redactText = (value: string): string => {
    const suspicions = suspect(value);
    if (suspicions === 0) return value;
    let text = value;
    for (const { rule, needs, pattern, replace } of RULES) {
      if ((suspicions & needs) === 0) continue;
      text = text.replace(pattern, (...match) => {
        const replacement = replace(match);
        if (replacement !== match[0]) count(rule);
        return replacement;
      });
    }
    return text;
  };
  return {
    text: redactText,
    attribute(name, value) {
      if (hasSecretName(name)) {
        if (value !== "") count("secret");
        return value === "" ? "" : "[secret]";
      }
      if (hasAccountName(name) && (suspect(value) & SUSPICION.digits) !== 0) {
        count("account");
        return "[account]";
      }
      if (name === "url.query" && value !== "") {
        count("query");
        return "[query]";
      }
      return redactText(isUrlName(name) ? cutQuery(value, count) : value);
    },
    identity(project, value) {
      return redactText(value) !== value
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
