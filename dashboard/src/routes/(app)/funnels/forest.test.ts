import { expect, test } from "vitest";
import { forestScale } from "./forest.ts";

test("no effect stands in the middle, and double and half are equally far from it", () => {
  const scale = forestScale([{ low: 0.5, high: 4 }]);
  expect(scale(1)).toBe(0.5);
  expect(scale(2) - 0.5).toBeCloseTo(0.5 - scale(0.5));
  expect(scale(4)).toBe(1);
});

test("an endless interval is cut at the end of the axis", () => {
  const scale = forestScale([{ low: 0, high: Number.POSITIVE_INFINITY }]);
  expect(scale(0)).toBe(0);
  expect(scale(1e9)).toBe(1);
});
