import * as fc from "fast-check";
import { expect, test } from "vitest";
import { countTrend } from "./count-trend.ts";

test("a change that chance explains is unclear, one that it does not is more or fewer", () => {
  expect(countTrend(12, 8).direction).toBe("unclear");
  expect(countTrend(200, 100).direction).toBe("more");
  expect(countTrend(100, 200).direction).toBe("fewer");
  expect(countTrend(7, 0)).toMatchObject({ ratio: null, high: null, direction: "more" });
  expect(countTrend(0, 7)).toMatchObject({ ratio: 0, low: 0, direction: "fewer" });
  expect(countTrend(3, 0).direction).toBe("unclear");
  expect(countTrend(0, 0)).toEqual({ ratio: null, low: null, high: null, direction: "unclear" });
});

test("the interval holds the ratio, and turns over when the times are swapped", () => {
  const count = fc.integer({ min: 1, max: 100_000 });
  fc.assert(
    fc.property(count, count, (now, before) => {
      const { ratio, low, high } = countTrend(now, before);
      const turned = countTrend(before, now);
      expect(low!).toBeLessThanOrEqual(ratio!);
      expect(high!).toBeGreaterThanOrEqual(ratio!);
      expect(1 / turned.high!).toBeCloseTo(low!, 6);
    }),
  );
});

test("of counts that nothing changed about one in a hundred is marked", () => {
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  // A Poisson count as the arrivals within one unit of time.
  const count = (mean: number): number => {
    let arrivals = -1;
    for (let time = 0; time < mean; time -= Math.log(1 - random())) arrivals++;
    return arrivals;
  };
  const marked = Array.from({ length: 5_000 }, () => countTrend(count(40), count(40))).filter(
    ({ direction }) => direction !== "unclear",
  );
  expect(marked.length / 5_000).toBeLessThan(0.015);
  expect(marked.length / 5_000).toBeGreaterThan(0.004);
});
