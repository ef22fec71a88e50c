import { expect, test } from "vitest";
import { favourableOf, meanOf, npsCountsOf } from "./scores.ts";

const counts = (answersByScore: Record<number, number>) =>
  Object.entries(answersByScore).map(([score, answers]) => ({ score: Number(score), answers }));

test("9 and 10 promote, 7 and 8 are passive, the rest detracts", () => {
  const all = counts({ 0: 1, 6: 2, 7: 3, 8: 4, 9: 5, 10: 6 });
  expect(npsCountsOf(all)).toEqual({ promoters: 11, passives: 7, detractors: 3 });
});

test("4 and 5 are satisfied, 5 to 7 find it easy", () => {
  expect(favourableOf(counts({ 3: 1, 4: 2, 5: 3 }), "csat")).toBe(5);
  expect(favourableOf(counts({ 4: 1, 5: 2, 7: 3 }), "ces")).toBe(5);
});

test("the interval of a mean is 1.96 standard errors to either side", () => {
  // 16 ones and 16 threes: mean 2, variance 32 / 31, standard error sqrt(1 / 31).
  const { mean, low, high } = meanOf(counts({ 1: 16, 3: 16 }));
  expect(mean).toBe(2);
  expect(low).toBeCloseTo(2 - 1.959964 / Math.sqrt(31), 6);
  expect(high).toBeCloseTo(2 + 1.959964 / Math.sqrt(31), 6);
});

test("fewer than 30 answers have a mean without an interval, and none has no mean", () => {
  expect(meanOf(counts({ 2: 29 }))).toEqual({ mean: 2, low: null, high: null });
  expect(meanOf([])).toEqual({ mean: null, low: null, high: null });
});
