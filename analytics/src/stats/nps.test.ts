import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { npsGap, npsOf, type NpsCounts } from "./nps.ts";

const counts = fc.record({
  promoters: fc.nat(2_000),
  passives: fc.nat(2_000),
  detractors: fc.nat(2_000),
});

test("the score is the share of promoters minus the share of detractors, in points", () => {
  expect(npsOf({ promoters: 60, passives: 20, detractors: 20 }).nps).toBe(40);
  expect(npsOf({ promoters: 0, passives: 50, detractors: 50 }).nps).toBe(-50);
});

test("nobody has no score and no interval", () => {
  const nobody = { promoters: 0, passives: 0, detractors: 0 };
  expect(npsOf(nobody)).toEqual({
    ...nobody,
    nps: null,
    low: null,
    high: null,
    answers: 0,
    tooFew: true,
  });
  expect(npsGap(nobody, { promoters: 100, passives: 0, detractors: 0 })).toMatchObject({
    exposedNps: null,
    otherNps: 100,
    gap: null,
    low: null,
    tooFew: true,
  });
});

const allPromoters = (promoters: number): NpsCounts => ({ promoters, passives: 0, detractors: 0 });

test("29 answers are too few and 30 are not, on either side", () => {
  expect([npsOf(allPromoters(29)).tooFew, npsOf(allPromoters(30)).tooFew]).toEqual([true, false]);
  expect(npsGap(allPromoters(29), allPromoters(500))).toMatchObject({
    tooFew: true,
    gap: 0,
    low: null,
    high: null,
  });
  expect(npsGap(allPromoters(500), allPromoters(29)).tooFew).toBe(true);
  expect(npsGap(allPromoters(30), allPromoters(30)).low).not.toBeNull();
});

test("the interval of 15 answers agrees with one worked by hand", () => {
  // 15 answers, 8 promoters, 3 detractors: n = 18, 8.75 and 3.75 of it; 27.8 ± 36.4.
  const { low, high } = npsOf({ promoters: 8, passives: 4, detractors: 3 });
  expect(low).toBeCloseTo(-8.6, 0);
  expect(high).toBeCloseTo(64.2, 0);
});

test("an interval lies within the scale, holds its score and narrows with more answers", () => {
  fc.assert(
    fc.property(counts, (of) => {
      fc.pre(of.promoters + of.passives + of.detractors > 0);
      const { nps, low, high } = npsOf(of);
      expect(low).toBeGreaterThanOrEqual(-100);
      expect(high).toBeLessThanOrEqual(100);
      expect(low).toBeLessThanOrEqual(nps! + 1e-9);
      expect(high).toBeGreaterThanOrEqual(nps! - 1e-9);
      const more = npsOf({
        promoters: of.promoters * 10,
        passives: of.passives * 10,
        detractors: of.detractors * 10,
      });
      expect(more.high! - more.low!).toBeLessThan(high! - low!);
    }),
  );
});

test("the gap turns its sign when the sides are exchanged", () => {
  fc.assert(
    fc.property(counts, counts, (a, b) => {
      const [there, back] = [npsGap(a, b), npsGap(b, a)];
      fc.pre(there.gap !== null);
      expect(there.gap).toBeCloseTo(-back.gap!, 9);
      if (there.low !== null) expect(there.low).toBeCloseTo(-back.high!, 9);
    }),
  );
});

/** mulberry32: small, seeded, good enough for a simulation. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function sample(
  random: () => number,
  truth: { promoters: number; detractors: number; n: number },
): NpsCounts {
  const of = { promoters: 0, passives: 0, detractors: 0 };
  for (let i = 0; i < truth.n; i++) {
    const u = random();
    if (u < truth.promoters) of.promoters++;
    else if (u < truth.promoters + truth.detractors) of.detractors++;
    else of.passives++;
  }
  return of;
}

describe("simulated coverage", () => {
  const RUNS = 4_000;
  test.each([
    { n: 10, promoters: 0.5, detractors: 0.2 },
    { n: 30, promoters: 0.3, detractors: 0.4 },
    { n: 30, promoters: 0.9, detractors: 0.05 },
    { n: 200, promoters: 0.97, detractors: 0.01 },
    { n: 1_000, promoters: 0.4, detractors: 0.3 },
  ])("of the score is near 95 % for %o", (truth) => {
    const random = seeded(11);
    let covered = 0;
    for (let run = 0; run < RUNS; run++) {
      const { low, high } = npsOf(sample(random, truth));
      const score = 100 * (truth.promoters - truth.detractors);
      if (low! <= score && score <= high!) covered++;
    }
    expect(covered / RUNS).toBeGreaterThan(0.93);
    expect(covered / RUNS).toBeLessThan(0.99);
  });

  test("of the gap is near 95 %", () => {
    const random = seeded(12);
    let covered = 0;
    for (let run = 0; run < RUNS; run++) {
      const exposed = sample(random, { n: 40, promoters: 0.2, detractors: 0.6 });
      const others = sample(random, { n: 300, promoters: 0.55, detractors: 0.15 });
      const { low, high } = npsGap(exposed, others);
      if (low! <= -80 && -80 <= high!) covered++;
    }
    expect(covered / RUNS).toBeGreaterThan(0.93);
    expect(covered / RUNS).toBeLessThan(0.98);
  });
});
