import * as fc from "fast-check";
import { expect, test } from "vitest";
import { stratifiedGap } from "./mantel-haenszel.ts";
import { shareGap, shareOf } from "./share.ts";

/** A generator of numbers in 0..1 that repeats with its seed (Park and Miller, 1988). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

test("a difference between strata alone is none within them", () => {
  // Heavy users return 80 %, light ones 20 %, with the error or without; heavy ones meet it four times as often.
  const strata = [
    { exposed: 400, exposedCases: 320, unexposed: 600, unexposedCases: 480 },
    { exposed: 100, exposedCases: 20, unexposed: 900, unexposedCases: 180 },
  ];
  expect(stratifiedGap(strata).gap).toBeCloseTo(0, 12);
  const naive = shareGap(shareOf(340, 500), shareOf(660, 1500));
  expect(naive.gap).toBeCloseTo(0.24, 10);
});

test("one stratum has the plain difference, and an interval close to Wald's", () => {
  const { gap, low, high } = stratifiedGap([
    { exposed: 1000, exposedCases: 300, unexposed: 1000, unexposedCases: 400 },
  ]);
  expect(gap).toBeCloseTo(-0.1, 12);
  const wald = 1.959964 * Math.sqrt((0.3 * 0.7 + 0.4 * 0.6) / 1000);
  expect([low, high]).toEqual([expect.closeTo(-0.1 - wald, 3), expect.closeTo(-0.1 + wald, 3)]);
});

test("strata without the other side are not compared, and fewer than 30 have no interval", () => {
  const lone = { exposed: 50, exposedCases: 40, unexposed: 0, unexposedCases: 0 };
  expect(stratifiedGap([lone])).toEqual({ gap: null, low: null, high: null, tooFew: true, compared: 0 });
  const few = { exposed: 29, exposedCases: 10, unexposed: 500, unexposedCases: 100 };
  expect(stratifiedGap([lone, few])).toMatchObject({ low: null, tooFew: true, compared: 29 });
  expect(stratifiedGap([lone, { ...few, exposed: 30 }])).toMatchObject({ tooFew: false, compared: 30 });
});

test("intervals hold the true difference in about 95 of 100 samples, of few large strata and of many small ones", () => {
  const random = createRandom(7);
  const draw = (many: number, chance: number) =>
    Array.from({ length: many }, random).filter((each) => each < chance).length;
  for (const [strata, exposed, unexposed] of [
    [3, 60, 200],
    [60, 2, 5],
  ] as const) {
    const held = Array.from({ length: 1000 }, () => {
      const tables = Array.from({ length: strata }, (_, at) => {
        const base = 0.3 + (0.4 * at) / strata;
        return {
          exposed,
          exposedCases: draw(exposed, base - 0.1),
          unexposed,
          unexposedCases: draw(unexposed, base),
        };
      });
      const { low, high } = stratifiedGap(tables);
      return low !== null && high !== null && low <= -0.1 && high >= -0.1;
    });
    const share = held.filter(Boolean).length / held.length;
    expect(share).toBeGreaterThan(0.93);
    expect(share).toBeLessThan(0.97);
  }
});

const table = fc.nat(200).chain((exposed) =>
  fc.nat(200).chain((unexposed) =>
    fc.record({
      exposed: fc.constant(exposed),
      exposedCases: fc.nat(exposed),
      unexposed: fc.constant(unexposed),
      unexposedCases: fc.nat(unexposed),
    }),
  ),
);

test("the interval holds the difference, and both keep within -1 and 1", () => {
  fc.assert(
    fc.property(fc.array(table, { maxLength: 8 }), (strata) => {
      const { gap, low, high } = stratifiedGap(strata);
      if (gap === null || low === null || high === null) return;
      expect(low).toBeLessThanOrEqual(gap + 1e-12);
      expect(high).toBeGreaterThanOrEqual(gap - 1e-12);
      expect(Math.max(-low, high)).toBeLessThanOrEqual(1);
    }),
  );
});
