import { expect, test } from "vitest";
import { newDraft, toDefinition, toDraft } from "./draft.ts";

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
  draft.steps[0] = { id: 1, event: " a ", label: " ", where: [{ name: " ", value: "x" }] };
  expect(toDefinition(draft).steps[0]).toEqual({ event: "a" });
});
