import { expect, test } from "vitest";
import { countFound } from "./found-windows.ts";
import { bestThreshold, probationOf, scaledSigmoid, scoreAt, worthOf } from "./nab-score.ts";

/** A series of 100 points, the first 15 on probation, with a window of 10 from 40 to 49, and alarms where told. */
function aSeries(alarms: Record<number, number>) {
  const scores = Array.from({ length: 100 }, (_, at) => alarms[at] ?? 0);
  return { name: "a", windows: [{ first: 40, last: 49 }], scores };
}

test("the sigmoid is 1 far inside of a window, 0 at its end and -1 far behind it", () => {
  expect(scaledSigmoid(-1)).toBeCloseTo(0.98661, 5);
  expect(scaledSigmoid(0)).toBe(0);
  expect(scaledSigmoid(1)).toBeCloseTo(-0.98661, 5);
  expect(scaledSigmoid(3.1)).toBe(-1);
});

test("an alarm is worth 1 at a window's start, less towards its end, and a little less than nothing after it", () => {
  const worth = worthOf(100, aSeries({}).windows);
  expect(worth[39]).toEqual({ window: -1, worth: -0.11 });
  expect(worth[40]).toEqual({ window: 0, worth: 1 });
  expect(worth[45]?.worth).toBeCloseTo(0.84828 / 0.98661, 4);
  expect(worth[49]?.worth).toBeCloseTo(0.24492 / 0.98661, 4);
  expect(worth[50]?.worth).toBeCloseTo(0.11 * (2 / (1 + Math.exp(5 / 9)) - 1), 8);
  expect(worth[99]).toEqual({ window: -1, worth: -0.11 });
});

test("a detector that never alarms scores 0, one that finds every window at once and nothing else 100", () => {
  expect(bestThreshold([aSeries({})]).score).toBe(0);
  expect(bestThreshold([aSeries({ 40: 0.7 })])).toEqual({ threshold: 0.7, score: 100 });
});

test("of a window's alarms the best counts, a false one costs 0.11, and those on probation cost nothing", () => {
  const series = aSeries({ 3: 1, 30: 1, 40: 1, 41: 1, 48: 1 });
  expect(scoreAt([series], () => 1)).toBeCloseTo(100 * ((1 - 0.11 + 1) / 2), 8);
  expect(scoreAt([series], () => 2)).toBe(0);
});

test("the threshold is the one at which all series together score best", () => {
  const noisy = { ...aSeries({ 40: 0.6, 70: 0.5, 75: 0.5, 80: 0.5 }), name: "b" };
  expect(bestThreshold([aSeries({ 40: 0.9, 20: 0.55 }), noisy])).toEqual({ threshold: 0.6, score: 100 });
});

test("learning is for 15 % of the points, and for 750 at most", () => {
  expect(probationOf(100)).toBe(15);
  expect(probationOf(20_000)).toBe(750);
});

test("a window is found by any alarm in it, and false alarms one step after the other are one", () => {
  const series = aSeries({ 3: 1, 20: 1, 21: 1, 30: 1, 44: 1, 45: 1 });
  const found = countFound([series], () => 1);
  expect(found).toMatchObject({ windows: 1, found: 1, falseAlarms: 2, recall: 1, medianDelay: 0.4 });
  expect(found.precision).toBeCloseTo(1 / 3, 8);
  expect(found.f1).toBeCloseTo(2 / 4, 8);
});
