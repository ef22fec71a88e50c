import { expect, test } from "vitest";
import { newRule, toDraft, toRule } from "./rule-draft.ts";

test("a rule survives being edited, and empty lines are no patterns", () => {
  const rule = {
    group: "Gateway",
    isEnabled: false,
    splitBy: ["flow" as const],
    conditions: [{ property: "message" as const, isNegated: true, patterns: ["gateway *", "*timed out"] }],
  };
  expect(toRule(toDraft(rule))).toEqual(rule);
  const draft = { ...newRule(), group: " A " };
  draft.conditions[0]!.patterns = "\n  a*  \n\n";
  expect(toRule(draft)).toMatchObject({ group: "A", conditions: [{ patterns: ["a*"] }] });
});
