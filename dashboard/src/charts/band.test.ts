import { expect, test } from "vitest";
import { bandSeries } from "./band.ts";

test("the band reaches from the lower to the upper bound, also across zero", () => {
  const [low, height] = bandSeries([{ low: -20, high: 15 }], "red");
  expect(low?.data).toEqual([-20]);
  expect(height?.data).toEqual([35]);
  expect(height?.stackStrategy).toBe("all");
});

test("there is no band where a bound is not known", () => {
  expect(bandSeries([{ low: null, high: 3 }], "red").map(({ data }) => data)).toEqual([[null], [null]]);
});
