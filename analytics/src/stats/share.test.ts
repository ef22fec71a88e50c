import { expect, test } from "vitest";
import { shareGap, shareOf } from "./share.ts";

test.each([
  // Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998, table I, method 3.
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])("the interval of %d of %d is the published one", (...published) => {
  const [cases, of, low, high] = published;
  const estimate = shareOf(cases, of);
  expect(estimate.share).toBe(cases / of);
  expect(estimate.low).toBeCloseTo(low, 4);
  expect(estimate.high).toBeCloseTo(high, 4);
});

test("the interval of a difference is the published one", () => {
  // Newcombe, "Interval estimation for the difference between independent proportions", 1998, table II, method 10.
  const { gap, low, high } = shareGap(shareOf(56, 70), shareOf(48, 80));
  expect(gap).toBeCloseTo(0.2, 12);
  expect(low).toBeCloseTo(0.0524, 4);
  expect(high).toBeCloseTo(0.3339, 4);
});

/** Chance of each number of cases among `of`. */
function binomial(of: number, share: number): number[] {
  const chances = [(1 - share) ** of];
  for (let cases = 1; cases <= of; cases += 1)
    chances.push(((chances[cases - 1] ?? 0) * (of - cases + 1) * share) / (cases * (1 - share)));
  return chances;
}

test.each([
  [30, 0.1, 45, 0.3],
  [40, 0.5, 60, 0.5],
  [200, 0.02, 50, 0.1],
])("of %d with a share of %d and %d with %d, 19 of 20 intervals hold the true values", (...sides) => {
  const [n, p, m, q] = sides;
  let [share, gap] = [0, 0];
  for (const [a, chance] of binomial(n, p).entries()) {
    const one = shareOf(a, n);
    if ((one.low ?? 1) <= p && p <= (one.high ?? 0)) share += chance;
    for (const [c, other] of binomial(m, q).entries()) {
      const { low, high } = shareGap(one, shareOf(c, m));
      if ((low ?? 1) <= p - q && p - q <= (high ?? -1)) gap += chance * other;
    }
  }
  for (const covered of [share, gap]) {
    expect(covered).toBeGreaterThan(0.93);
    expect(covered).toBeLessThan(0.985);
  }
});

test("a side of fewer than 30 gives a difference without an interval, and an empty one none", () => {
  expect(shareOf(0, 0)).toEqual({ cases: 0, of: 0, share: null, low: null, high: null, tooFew: true });
  expect(shareOf(29, 29)).toMatchObject({ share: 1, high: 1, tooFew: true });
  expect(shareGap(shareOf(29, 29), shareOf(15, 30))).toEqual({
    gap: 0.5,
    low: null,
    high: null,
    tooFew: true,
  });
  expect(shareGap(shareOf(30, 30), shareOf(0, 0))).toEqual({
    gap: null,
    low: null,
    high: null,
    tooFew: true,
  });
});

test("an interval holds its share, and stays within 0 and 1", () => {
  for (let of = 1; of <= 200; of += 1)
    for (const cases of [0, 1, Math.floor(of / 2), of - 1, of]) {
      const { share, low, high } = shareOf(cases, of);
      expect([0, low, share, high, 1].toSorted((a, b) => (a ?? -1) - (b ?? -1))).toEqual([
        0,
        low,
        share,
        high,
        1,
      ]);
    }
});
