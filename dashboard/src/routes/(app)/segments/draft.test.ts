import type { SegmentDefinition } from "@voxloop/analytics/shapes";
import { expect, test } from "vitest";
import { isAskable, newDraft, newRule, toDefinition, toDraft } from "./draft.ts";

const DEFINITION: SegmentDefinition = {
  match: "any",
  rules: [
    { kind: "did", event: "pay", atLeast: 3, withinDays: 7 },
    {
      kind: "didNot",
      where: [
        { property: "plan", operator: "!=", value: "gold" },
        { property: "amount", operator: ">", value: 10 },
      ],
      withinDays: 30,
    },
    { kind: "score", survey: "nps", max: 6, withinDays: 90 },
    { kind: "was", property: "channel", values: ["web", "wechat"], when: "any", withinDays: 14 },
  ],
};
const NAME = { "zh-CN": "老客户", en: "Old" };

test("a segment that is opened and saved again is the same, whatever its rules ask", () => {
  const draft = toDraft({ name: NAME, definition: DEFINITION });
  expect(draft.name).toEqual({ zh: "老客户", en: "Old" });
  expect(draft.rules[1]?.others).toHaveLength(1);
  expect(toDefinition(draft)).toEqual(DEFINITION);
  expect(isAskable(draft)).toBe(true);
});

test("conditions written as a record are conditions of equality", () => {
  const rules = [{ kind: "did" as const, where: { plan: "gold" }, atLeast: 1, withinDays: 1 }];
  expect(toDefinition(toDraft({ name: NAME, definition: { match: "all", rules } })).rules[0]).toMatchObject({
    where: [{ property: "plan", operator: "=", value: "gold" }],
  });
});

const asks = (change: object) => isAskable({ ...newDraft(), rules: [{ ...newRule(), ...change }] });

test("a rule that says too little is not asked", () => {
  expect(asks({})).toBe(true);
  expect(asks({ withinDays: null })).toBe(false);
  expect(asks({ withinDays: 366 })).toBe(false);
  expect(asks({ atLeast: 0 })).toBe(false);
  expect(asks({ kind: "was", values: " , ，" })).toBe(false);
  expect(asks({ kind: "was", values: "app，web" })).toBe(true);
  expect(asks({ kind: "score", min: null, max: null })).toBe(false);
  expect(asks({ kind: "score", min: 7, max: 6 })).toBe(false);
  expect(isAskable({ rules: [] })).toBe(false);
});
