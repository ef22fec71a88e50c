import * as fc from "fast-check";
import { expect, test } from "vitest";
import { relativeRisk, type TwoByTwo } from "./relative-risk.ts";
import { stratifiedRisk } from "./stratified-risk.ts";

/** A generator of numbers in 0..1 that repeats with its seed: mulberry32, by T. Ettinger, in the public domain. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test("of one stratum it is the plain relative risk with Mantel's test", () => {
  const table = { exposed: 100, exposedCases: 30, unexposed: 100, unexposedCases: 10 };
  const [found, plain] = [stratifiedRisk([table]), relativeRisk(table)];
  for (const key of ["relativeRisk", "low", "high"] as const)
    expect(found?.[key]).toBeCloseTo(plain?.[key] ?? 0, 1);
  // (30 - 20)^2 / (100 * 100 * 40 * 160 / (200^2 * 199)) = 12.44, of one degree of freedom.
  expect(found?.pValue).toBeCloseTo(0.000_42, 5);
});

test("a difference between strata alone is none within them", () => {
  const strata = [
    { exposed: 400, exposedCases: 320, unexposed: 600, unexposedCases: 480 },
    { exposed: 100, exposedCases: 20, unexposed: 900, unexposedCases: 180 },
  ];
  expect(stratifiedRisk(strata)?.relativeRisk).toBeCloseTo(1, 12);
  expect(stratifiedRisk(strata)?.pValue).toBeCloseTo(1, 6);
});

test("units that are counted in several strata make the interval wider", () => {
  const strata = [1, 2, 3].map(() => ({ exposed: 30, exposedCases: 15, unexposed: 60, unexposedCases: 20 }));
  const [once, thrice] = [stratifiedRisk(strata), stratifiedRisk(strata, 3)];
  expect(thrice?.relativeRisk).toBe(once?.relativeRisk);
  expect(thrice?.low).toBeLessThan(once?.low ?? 0);
  expect(thrice?.pValue).toBeGreaterThan(once?.pValue ?? 1);
});

test("strata without one of the sides, or without a difference to be seen, give nothing", () => {
  expect(stratifiedRisk([])).toBeNull();
  expect(stratifiedRisk([{ exposed: 9, exposedCases: 5, unexposed: 0, unexposedCases: 0 }])).toBeNull();
  expect(stratifiedRisk([{ exposed: 9, exposedCases: 9, unexposed: 9, unexposedCases: 9 }])).toBeNull();
});

const side = fc
  .integer({ min: 0, max: 300 })
  .chain((size) => fc.tuple(fc.constant(size), fc.integer({ min: 0, max: size })));

test("the interval is finite and holds the ratio", () => {
  const tables = fc.array(fc.tuple(side, side), { maxLength: 6 });
  fc.assert(
    fc.property(tables, fc.integer({ min: 1, max: 9 }), (drawn, repeats) => {
      const strata = drawn.map(([[exposed, exposedCases], [unexposed, unexposedCases]]) => {
        return { exposed, exposedCases, unexposed, unexposedCases };
      });
      const found = stratifiedRisk(strata, repeats);
      if (found === null) return;
      expect(Object.values(found).every(Number.isFinite)).toBe(true);
      expect(found.low).toBeLessThanOrEqual(found.relativeRisk);
      expect(found.high).toBeGreaterThanOrEqual(found.relativeRisk);
    }),
  );
});

test("of 100 samples about 5 are called different where nothing is, and 95 intervals hold the ratio", () => {
  const random = createRandom(7);
  const draw = (many: number, chance: number) =>
    Array.from({ length: many }, random).filter((each) => each < chance).length;
  for (const [strata, exposed, unexposed] of [
    [3, 60, 200],
    [60, 2, 5],
  ] as const) {
    for (const ratio of [1, 1.4]) {
      const found = Array.from({ length: 1000 }, () => {
        const tables = Array.from({ length: strata }, (_, at): TwoByTwo => {
          const base = 0.2 + (0.4 * at) / strata;
          const exposedCases = draw(exposed, ratio * base);
          return { exposed, exposedCases, unexposed, unexposedCases: draw(unexposed, base) };
        });
        return stratifiedRisk(tables);
      });
      const holds = found.filter((risk) => risk && risk.low <= ratio && risk.high >= ratio).length / 1000;
      expect(holds).toBeGreaterThan(0.93);
      expect(holds).toBeLessThan(0.975);
      const called = found.filter((risk) => risk && risk.pValue < 0.05).length / 1000;
      if (ratio === 1) expect(Math.abs(called - 0.05)).toBeLessThan(0.02);
      else expect(called).toBeGreaterThan(0.6);
    }
  }
});
