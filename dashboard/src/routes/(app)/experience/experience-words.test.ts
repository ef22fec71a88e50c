import { expect, test } from "vitest";
import { createFormat } from "#format.ts";
import { isChance, listDrivers, sayChange } from "./experience-words.ts";

const driver = (points: number) => ({
  part: "success" as const,
  effect: "rate" as const,
  key: "transfer",
  points,
  low: null,
  high: null,
  now: { value: 90, units: 100 },
  before: { value: 90, units: 100 },
});

test("the drivers shown and the others together are the whole change", () => {
  const drivers = [5, -4, 3, -2, 1.5, 1, -0.5, 0.4, 0.3, -0.2, 0.01].map(driver);
  const { shown, others } = listDrivers(drivers);
  expect(shown).toHaveLength(8);
  expect(others?.count).toBe(3);
  const sum = shown.reduce((total, { points }) => total + points, 0) + (others?.points ?? 0);
  expect(sum).toBeCloseTo(4.51, 10);
});

test("a driver that moves nothing is not shown by itself", () => {
  expect(listDrivers([driver(0.04), driver(0)])).toEqual({
    shown: [],
    others: { points: 0.04, count: 2 },
  });
  expect(listDrivers([driver(1)]).others).toBeUndefined();
});

test("a change has its sign and one digit, and none is no change", () => {
  const format = createFormat("en", "UTC");
  expect([-5, 1.66, 0.04, -0.04].map((points) => sayChange(points, format))).toEqual([
    "-5.0",
    "+1.7",
    "0.0",
    "0.0",
  ]);
});

test("chance explains what has an interval around nothing", () => {
  expect(isChance({ low: -1, high: 1 })).toBe(true);
  expect(isChance({ low: -2, high: -1 })).toBe(false);
  expect(isChance({ low: null, high: null })).toBeUndefined();
});
