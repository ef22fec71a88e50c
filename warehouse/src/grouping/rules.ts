import { z } from "zod";
import { type ErrorFacts, type Grouping, groupingOf } from "./fingerprint.ts";

/** What a rule can look at. */
export const RULE_PROPERTIES = [
  "code",
  "type",
  "message",
  "stack",
  "flow",
  "page",
  "release",
  "environment",
] as const;
const ruleProperty = z.enum(RULE_PROPERTIES);
export type RuleProperty = z.infer<typeof ruleProperty>;

/** The facts that a group is made of, with where it happened. */
export type RuledFacts = ErrorFacts & Record<"page" | "release" | "environment", string>;

/** Longer ones are no patterns that a person can follow. */
const PATTERN_LENGTH_MAX = 300;
const pattern = z
  .string()
  .min(1)
  .max(PATTERN_LENGTH_MAX)
  .refine((text) => /[^*\s]/.test(text), "must have more than * and spaces");

/** An event that meets all conditions belongs to `group`, or to one of its parts. */
export const groupingRule = z.object({
  /** Events of all rules with this name are one group. */
  group: z.string().trim().min(1).max(120),
  conditions: z
    .array(
      z.object({
        property: ruleProperty,
        /** Any of them; `*` stands for any text, upper and lower case are the same. */
        patterns: z.array(pattern).min(1).max(20),
        isNegated: z.boolean().default(false),
      }),
    )
    .min(1)
    .max(10),
  /** A group for each value of these. */
  splitBy: z
    .array(z.enum(["code", "type", "flow", "page", "release", "environment"]))
    .max(3)
    .default([]),
  isEnabled: z.boolean().default(true),
});
export type GroupingRule = z.infer<typeof groupingRule>;

export const RULES_MAX = 100;
export const groupingRules = z.array(groupingRule).max(RULES_MAX);

/** The group that a rule gives an event, and the index of the rule. */
export type RuledGrouping = Grouping & { rule: number };

/** Gives, of an event, the group of the first rule that it meets; undefined when it meets none. */
export function compileRules(
  rules: readonly GroupingRule[],
): (facts: RuledFacts) => RuledGrouping | undefined {
  const compiled = rules.map(({ isEnabled, conditions }) => ({
    isEnabled,
    conditions: conditions.map((condition) => ({
      ...condition,
      patterns: condition.patterns.map(toPattern),
    })),
  }));
  return (facts) => {
    const folded = foldOnce(facts);
    const rule = compiled.findIndex(
      ({ isEnabled, conditions }) => isEnabled && conditions.every((condition) => meets(folded, condition)),
    );
    const found = rules[rule];
    if (found === undefined) return undefined;
    const parts = found.splitBy.map((property) => `${property} ${facts[property]}`);
    return { ...groupingOf("rule", [`rule ${found.group}`, ...parts]), rule };
  };
}

function meets(
  folded: (property: RuleProperty) => string,
  of: { property: RuleProperty; patterns: Pattern[]; isNegated: boolean },
): boolean {
  const text = folded(of.property);
  return of.patterns.some((pattern) => matches(text, pattern)) !== of.isNegated;
}

/** Stacks are long, and what a rule looks for stands at their beginning. */
const LOOKED_AT = 10_000;

const fold = (text: string) => text.slice(0, LOOKED_AT).normalize("NFKC").toLowerCase();

/** Each text is folded when the first rule asks for it. */
function foldOnce(facts: RuledFacts): (property: RuleProperty) => string {
  const known = new Map<RuleProperty, string>();
  return (property) => {
    const folded = known.get(property) ?? fold(facts[property]);
    known.set(property, folded);
    return folded;
  };
}

/** What stands between the `*`s, in order. */
type Pattern = string[];
const toPattern = (text: string): Pattern => fold(text).split("*");

/** Whether the whole text is as the pattern says; takes time in proportion to the text, whatever the pattern. */
function matches(text: string, [first = "", ...others]: Pattern): boolean {
  const last = others.at(-1);
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of others.slice(0, -1)) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
