import * as fc from "fast-check";
import { expect, test } from "vitest";
import { adjustPValues } from "./benjamini-hochberg.ts";
import { relativeRisk } from "./relative-risk.ts";

test("the ratio and its interval are those of a worked example", () => {
  // 30 of 100 against 10 of 100: ln 3 +- 1.96 sqrt(1/30 - 1/100 + 1/10 - 1/100).
  const risk = relativeRisk({ exposed: 100, exposedCases: 30, unexposed: 100, unexposedCases: 10 });
  expect(risk?.relativeRisk).toBeCloseTo(3, 10);
  expect(risk?.low).toBeCloseTo(1.5508, 4);
  expect(risk?.high).toBeCloseTo(5.8033, 4);
  expect(risk?.pValue).toBeCloseTo(0.001101, 6);
});

test("equal risks give a ratio of 1 and a p-value of 1", () => {
  const risk = relativeRisk({ exposed: 50, exposedCases: 5, unexposed: 500, unexposedCases: 50 });
  expect(risk?.relativeRisk).toBeCloseTo(1, 12);
  expect(risk?.pValue).toBeCloseTo(1, 6);
});

test("a side without cases, or with nothing else, still has a finite interval", () => {
  const none = relativeRisk({ exposed: 20, exposedCases: 5, unexposed: 20, unexposedCases: 0 });
  expect(none?.relativeRisk).toBeCloseTo(11, 10);
  for (const exposedCases of [0, 20]) {
    const risk = relativeRisk({ exposed: 20, exposedCases, unexposed: 20, unexposedCases: 20 });
    expect(Object.values(risk ?? {}).every(Number.isFinite)).toBe(true);
  }
});

test("an empty side has no ratio", () => {
  expect(relativeRisk({ exposed: 0, exposedCases: 0, unexposed: 5, unexposedCases: 1 })).toBeNull();
  expect(relativeRisk({ exposed: 5, exposedCases: 1, unexposed: 0, unexposedCases: 0 })).toBeNull();
});

const side = fc
  .integer({ min: 1, max: 5000 })
  .chain((size) => fc.tuple(fc.constant(size), fc.integer({ min: 0, max: size })));

test("the interval holds the ratio, and excludes 1 exactly when p is below 0.05", () => {
  fc.assert(
    fc.property(side, side, ([exposed, exposedCases], [unexposed, unexposedCases]) => {
      const risk = relativeRisk({ exposed, exposedCases, unexposed, unexposedCases });
      if (risk === null) throw new Error("neither side is empty");
      expect(risk.low).toBeLessThanOrEqual(risk.relativeRisk);
      expect(risk.high).toBeGreaterThanOrEqual(risk.relativeRisk);
      if (Math.abs(risk.pValue - 0.05) > 1e-6) expect(risk.low > 1 || risk.high < 1).toBe(risk.pValue < 0.05);
    }),
  );
});

test("adjusted p-values are those of Benjamini and Hochberg's example", () => {
  // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "BH")
  expect(adjustPValues([0.01, 0.04, 0.03, 0.005])).toEqual([0.02, 0.04, 0.04, 0.02]);
  expect(adjustPValues([])).toEqual([]);
});

test("adjusting rejects what the step-up procedure rejects, for any p-values", () => {
  const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 });
  fc.assert(
    fc.property(values, (pValues) => {
      const sorted = pValues.toSorted((a, b) => a - b);
      const largest = sorted.findLast((value, index) => (value * pValues.length) / (index + 1) <= 0.05);
      const adjusted = adjustPValues(pValues);
      for (const [index, value] of pValues.entries())
        expect((adjusted[index] ?? 1) <= 0.05).toBe(largest !== undefined && value <= largest);
    }),
  );
});
