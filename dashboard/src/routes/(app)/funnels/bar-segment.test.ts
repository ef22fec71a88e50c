import { expect, test } from "vitest";
import { segmentOf } from "./bar-segment.ts";

const range = { from: "2026-05-01T00:00:00Z", to: "2026-05-14T12:00:00Z" };
const funnel = {
  steps: [
    { event: "a", label: "Start", where: { "vox.flow": "transfer" } },
    { event: "b", optional: true },
    { event: "c", label: "Done" },
  ],
  order: "ordered" as const,
  windowSeconds: 3600,
  unit: "customer" as const,
};
const flow = [{ property: "vox.flow", operator: "=", value: "transfer" }];

test("who dropped out did the steps before and none that could follow", () => {
  expect(segmentOf(funnel, { step: 1, which: "dropped" }, range)).toEqual({
    definition: {
      match: "all",
      rules: [
        { kind: "did", event: "a", where: flow, atLeast: 1, withinDays: 14 },
        { kind: "didNot", event: "b", withinDays: 14 },
        { kind: "didNot", event: "c", withinDays: 14 },
      ],
    },
    did: ["Start"],
    didNot: ["b", "Done"],
    days: 14,
  });
});

test("who reached a step did those that must come before it", () => {
  const found = segmentOf(funnel, { step: 3, which: "entered" }, range);
  expect(found?.did).toEqual(["Start", "Done"]);
  expect(found?.didNot).toEqual([]);
});

test("the same step twice is doing it twice", () => {
  const steps = [{ event: "a" }, { event: "a" }, { event: "b" }];
  const found = segmentOf({ ...funnel, steps }, { step: 2, which: "dropped" }, range);
  expect(found?.definition.rules).toMatchObject([
    { kind: "did", event: "a", atLeast: 2 },
    { kind: "didNot", event: "b" },
  ]);
});

test("a value of the breakdown is asked of step 1", () => {
  const broken = { ...funnel, breakdown: { property: "vox.channel", limit: 5 } };
  const ruleOf = (value: string) =>
    segmentOf(broken, { step: 1, which: "entered", value }, range)?.definition.rules[0];
  expect(ruleOf("app")).toMatchObject({
    where: [...flow, { property: "vox.channel", operator: "=", value: "app" }],
  });
  expect(ruleOf("")).toMatchObject({ where: [...flow, { property: "vox.channel", operator: "unset" }] });
});

test("what rules cannot say is no segment", () => {
  const steps = [{ event: "a" }, { event: "a" }];
  expect(segmentOf({ ...funnel, steps }, { step: 1, which: "dropped" }, range)).toBeUndefined();
  expect(segmentOf({ ...funnel, order: "any" }, { step: 1, which: "entered" }, range)).toBeUndefined();
  expect(segmentOf(funnel, { step: 1, which: "stillInWindow" }, range)).toBeUndefined();
});
