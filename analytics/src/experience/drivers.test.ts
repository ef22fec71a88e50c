import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Cell } from "./cell.ts";
import { driversOf } from "./drivers.ts";
import { addUp, estimateOf, indexOf, partsWithEnough, sharesOf, type PartEstimates } from "./estimate.ts";
import { DEFAULT_WEIGHTS, PARTS } from "./experience-index.ts";

const few = fc.integer({ min: 0, max: 400 });
const aCell = fc
  .record({
    part: fc.constantFrom(...PARTS),
    key: fc.oneof(
      fc.constantFrom("", "pay", "transfer"),
      fc.integer({ min: 0, max: 80 }).map((n) => `f${n}`),
    ),
    zero: few,
    half: few,
    full: few,
  })
  .map((one): Cell => {
    const isShare = one.part !== "satisfaction" && one.part !== "sentiment";
    return { ...one, half: isShare ? 0 : one.half, step: "", segment: "" };
  });
const cells = fc.array(aCell, { minLength: 1, maxLength: 200 });
const weight = fc.integer({ min: 0, max: 100 });
const weights = fc.record({
  success: weight,
  errorFree: weight,
  speed: weight,
  satisfaction: weight,
  sentiment: weight,
});

const estimatesOf = (of: readonly Cell[]) =>
  Object.fromEntries(
    PARTS.map((part) => [part, estimateOf(part, addUp(of.filter((one) => one.part === part)))]),
  ) as PartEstimates;

test("drivers add up to the change of the index, whatever comes, goes or grows", () => {
  fc.assert(
    fc.property(cells, cells, weights, (now, before, own) => {
      const [a, b] = [estimatesOf(now), estimatesOf(before)];
      const shares = sharesOf(own, partsWithEnough(a, b));
      const change = (indexOf(a, shares)?.value ?? 0) - (indexOf(b, shares)?.value ?? 0);
      const sum = driversOf(now, before, shares).reduce((total, { points }) => total + points, 0);
      expect(sum).toBeCloseTo(change, 9);
    }),
    { numRuns: 300 },
  );
});

const of = (key: string, zero: number, full: number): Cell => ({
  part: "success",
  step: "",
  segment: "",
  key,
  zero,
  half: 0,
  full,
});
const onlySuccess = sharesOf(DEFAULT_WEIGHTS, ["success"]);

test("where each flow goes as before and one that goes badly grows, all of the change is the mix", () => {
  const before = [of("pay", 10, 90), of("transfer", 50, 50)];
  const drivers = driversOf([of("pay", 10, 90), of("transfer", 150, 150)], before, onlySuccess);
  expect(drivers.map(({ effect, key, points }) => ({ effect, key, points }))).toEqual([
    { effect: "mix", key: "", points: expect.closeTo(60 - 70, 9) },
    { effect: "rate", key: "pay", points: 0 },
    { effect: "rate", key: "transfer", points: 0 },
  ]);
});

test("where one flow goes worse, all of the change is its rate, with an interval", () => {
  const before = [of("pay", 10, 90), of("transfer", 10, 90)];
  const [first, ...others] = driversOf([of("pay", 10, 90), of("transfer", 50, 50)], before, onlySuccess);
  expect(first).toMatchObject({
    effect: "rate",
    key: "transfer",
    points: expect.closeTo(-20, 9),
    now: { value: 50, units: 100 },
    before: { value: 90, units: 100 },
  });
  // Wilson's intervals are 0.4038 to 0.5962 and 0.8256 to 0.9448, so that by Newcombe's method 10 the difference is -0.5061 to
  // -0.2784; half of the attempts are transfers.
  expect(first?.low).toBeCloseTo(-25.3, 1);
  expect(first?.high).toBeCloseTo(-13.92, 1);
  expect(others.every(({ points }) => points === 0)).toBe(true);
});

test("a flow that came up is mix, and one of few units has no interval", () => {
  const drivers = driversOf([of("pay", 0, 100), of("new", 10, 0)], [of("pay", 0, 100)], onlySuccess);
  expect(drivers[0]).toMatchObject({ effect: "mix", points: expect.closeTo(100 * (100 / 110 - 1), 9) });
  expect(drivers.find(({ key }) => key === "new")).toMatchObject({ points: 0, low: null, high: null });
});
