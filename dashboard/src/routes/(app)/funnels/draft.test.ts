import { expect, test } from "vitest";
import { describeCondition, isExplainable, newDraft, newExclusion, toDefinition, toDraft } from "./draft.ts";

const definition = {
  steps: [
    { event: "vox.transaction", label: "Start", where: { "vox.flow": "transfer", "vox.outcome": "started" } },
    { event: "vox.step" },
  ],
  order: "ordered" as const,
  windowSeconds: 7200,
  unit: "session" as const,
};

test("editing and saving without a change changes nothing", () => {
  expect(toDefinition(toDraft({ name: "Transfer", definition }))).toEqual(definition);
});

test("a window is shown in the largest unit that fits", () => {
  expect(toDraft({ name: "", definition })).toMatchObject({ windowAmount: 2, windowUnit: "hours" });
  expect(toDraft({ name: "", definition: { ...definition, windowSeconds: 172_800 } })).toMatchObject({
    windowAmount: 2,
    windowUnit: "days",
  });
  expect(
    toDefinition(toDraft({ name: "", definition: { ...definition, windowSeconds: 90 } })).windowSeconds,
  ).toBe(90);
});

test("empty labels and nameless conditions are left out", () => {
  const draft = newDraft("New");
  draft.steps[0] = {
    id: 1,
    event: " a ",
    label: " ",
    where: [{ name: " ", value: "x" }],
    others: [],
    optional: false,
    withinSeconds: null,
  };
  expect(toDefinition(draft).steps[0]).toEqual({ event: "a" });
});

test("any order leaves out what means nothing in it, and moving a step to an end what means nothing there", () => {
  const steps = [{ event: "a" }, { event: "b", optional: true, withinSeconds: 60 }, { event: "c" }];
  const draft = toDraft({ name: "", definition: { ...definition, steps, firstEver: true } });
  expect(isExplainable(toDefinition(draft))).toBe(false);
  draft.steps.push(...draft.steps.splice(1, 1));
  expect(toDefinition(draft).steps[2]).toEqual({ event: "b", withinSeconds: 60 });
  draft.order = "any";
  expect(toDefinition(draft)).toEqual({
    ...definition,
    order: "any",
    steps: [{ event: "a" }, { event: "c" }, { event: "b" }],
  });
});

test("what else a funnel asks for is kept", () => {
  const more = {
    ...definition,
    steps: [{ event: "a" }, { event: "b", optional: true, withinSeconds: 60 }, { event: "c" }],
    order: "strict" as const,
    exclude: [{ event: "x", where: { page: "help" }, fromStep: 1, toStep: 2 }],
    hold: "vox.transaction.id",
    firstEver: true,
    breakdown: { property: "vox.channel", limit: 3 },
  };
  expect(toDefinition(toDraft({ name: "", definition: more }))).toEqual(more);
});

test("conditions that cannot be edited are kept", () => {
  const where = [
    { property: "plan", operator: "=" as const, value: "gold" },
    { property: "plan", operator: "=" as const, value: "silver" },
    { property: "amount", operator: "between" as const, value: [1, 2] as [number, number] },
    { property: "page", operator: "set" as const },
  ];
  const steps = [{ event: "a", where }, { event: "b" }];
  const draft = toDraft({ name: "", definition: { ...definition, steps } });
  expect(toDefinition(draft).steps).toEqual(steps);
  draft.steps[0]?.where.pop();
  expect(toDefinition(draft).steps[0]?.where).toEqual(where.filter((_, at) => at !== 1));
  expect(draft.steps[0]?.others.map(describeCondition)).toEqual(["amount between 1, 2", "page set"]);
});

test("an excluded event stays between steps when steps are removed, and goes with an order of any kind", () => {
  const steps = [{ event: "a" }, { event: "b" }, { event: "c" }, { event: "d" }];
  const draft = toDraft({ name: "", definition: { ...definition, steps } });
  draft.exclude.push({ ...newExclusion({ fromStep: 3, toStep: 4 }), event: " x " });
  expect(isExplainable(toDefinition(draft))).toBe(false);
  draft.steps.splice(2, 2);
  expect(toDefinition(draft).exclude).toEqual([{ event: "x", fromStep: 1, toStep: 2 }]);
  draft.order = "any";
  expect(toDefinition(draft).exclude).toBeUndefined();
});
