import { expect, test } from "vitest";
import { measureGrouping } from "./accuracy.ts";

const labelled = [
  { content: "a 1", truth: "A" },
  { content: "a 2", truth: "A" },
  { content: "b 1", truth: "B" },
  { content: "c 1", truth: "C" },
];

function accuracyOf(groupOf: (content: string) => string): number {
  return measureGrouping(labelled, groupOf).groupingAccuracy;
}

test("a message is right when its group is exactly the true one", () => {
  const firstLetter = measureGrouping(labelled, (content) => content.slice(0, 1));
  expect(firstLetter).toEqual({ messages: 4, groupingAccuracy: 1, groups: 3, trueGroups: 3 });
});

test("a group that lacks a message or has another's is wrong for all of its messages", () => {
  expect(accuracyOf((content) => content)).toBe(0.5);
  expect(accuracyOf((content) => (content.startsWith("a") ? "a" : "rest"))).toBe(0.5);
  expect(accuracyOf(() => "all")).toBe(0);
});
