import type { SavedRules } from "@voxloop/analytics/shapes";

type GroupingRule = SavedRules["rules"][number];

export type RuleProperty = GroupingRule["conditions"][number]["property"];
export type SplitProperty = GroupingRule["splitBy"][number];

/** A condition in a form: its patterns as the lines of a text. */
export interface DraftCondition {
  property: RuleProperty;
  isNegated: boolean;
  patterns: string;
}

export interface DraftRule {
  group: string;
  isEnabled: boolean;
  conditions: DraftCondition[];
  splitBy: SplitProperty[];
}

export const newCondition = (): DraftCondition => ({ property: "message", isNegated: false, patterns: "" });
export const newRule = (): DraftRule => ({
  group: "",
  isEnabled: true,
  conditions: [newCondition()],
  splitBy: [],
});

export function toDraft({ group, isEnabled, conditions, splitBy }: GroupingRule): DraftRule {
  return {
    group,
    isEnabled,
    splitBy: [...splitBy],
    conditions: conditions.map(({ patterns, ...condition }) => ({
      ...condition,
      patterns: patterns.join("\n"),
    })),
  };
}

/** Empty lines are nothing, and neither are spaces around a pattern. */
export function toRule({ group, conditions, ...rule }: DraftRule): GroupingRule {
  return {
    ...rule,
    group: group.trim(),
    splitBy: [...rule.splitBy],
    conditions: conditions.map(({ patterns, ...condition }) => ({
      ...condition,
      patterns: patterns
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== ""),
    })),
  };
}
