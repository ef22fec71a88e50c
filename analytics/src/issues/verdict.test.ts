import { expect, test } from "vitest";
import type { CellRow } from "./arms-query.ts";
import type { VerificationResult } from "./issue.ts";
import { judge, verdictOf } from "./verdict.ts";

type Counts = Partial<Record<CellRow["cell"], readonly [customers: number, blocked: number]>>;

/** One day with these customers in each cell. */
function judged(
  counts: Counts,
  more: { expectedChange?: number; isWindowOver?: boolean } = {},
): VerificationResult {
  const cells = Object.entries(counts).flatMap(([cell, [atRisk, blocked]]) =>
    [-1, 0].map((period) => ({ cell: cell as CellRow["cell"], period, atRisk, blocked })),
  );
  return judge({
    cells,
    plan: {
      metric: "blocked_rate",
      expectedChange: more.expectedChange ?? -0.5,
      windowDays: 14,
      unit: "customer",
    },
    at: new Date("2026-05-10T10:00:00.000Z"),
    afterDays: 1,
    beforeDays: 1,
    isWindowOver: more.isWindowOver ?? false,
    version: "8.0.2",
    flow: "transfer",
  });
}

test.each([
  ["lies below 0 and holds the declared change", { estimate: 0.5, low: 0.4, high: 0.7 }, "effective"],
  ["lies below the declared change", { estimate: 0.1, low: 0.05, high: 0.2 }, "effective"],
  ["touches 0", { estimate: 0.5, low: 0.3, high: 1 }, "inconclusive"],
  ["is below 0 but nearer to no change", { estimate: 0.8, low: 0.45, high: 0.98 }, "inconclusive"],
  ["is below 0 and excludes the declared change", { estimate: 0.8, low: 0.7, high: 0.9 }, "not_effective"],
  ["is around 0 and excludes the declared change", { estimate: 1, low: 0.8, high: 1.2 }, "not_effective"],
  ["is around 0 and holds the declared change", { estimate: 1, low: 0.4, high: 2 }, "inconclusive"],
])("an interval that %s is judged so", (_, interval, verdict) => {
  expect(verdictOf(interval, -0.5)).toBe(verdict);
});

test("before/after compares the fixed release with everybody before it", () => {
  const result = judged({
    after: [2000, 40],
    before_after: [1000, 100],
    before_control: [200, 20],
    before_gone: [800, 80],
    past_after: [9000, 1],
  });
  expect(result).toMatchObject({
    verdict: "effective",
    design: "before_after",
    before: { customers: 2000, blocked: 200, rate: 0.1 },
    after: { customers: 2000, blocked: 40, rate: 0.02 },
    control: null,
    controlBefore: null,
  });
  expect(result.change).toBeCloseTo(-0.8, 6);
});

test("with a control of known customers the difference in differences counts, from all of their past", () => {
  const result = judged({
    after: [2000, 100],
    control: [2000, 100],
    before_after: [500, 50],
    before_control: [500, 100],
    past_after: [4000, 200],
    past_control: [4000, 400],
  });
  // Side by side nothing differs, but who took the release had half the others' rate before: it became twice as bad.
  expect(result.change).toBeCloseTo(1, 6);
  expect(result).toMatchObject({
    verdict: "not_effective",
    design: "difference_in_differences",
    before: { customers: 500, blocked: 50 },
    controlBefore: { customers: 500, blocked: 100 },
  });
});

test("a tenth of the customers is the least that makes a control", () => {
  const before = { before_gone: [2000, 200] } as const;
  expect(judged({ ...before, after: [1850, 60], control: [150, 9] }).control).toBeNull();
  expect(judged({ ...before, after: [1800, 60], control: [200, 9] }).control).not.toBeNull();
});

test("a control of strangers must agree with before/after", () => {
  const fix = { after: [2000, 40], before_gone: [2000, 400] } as const;
  expect(judged(fix).verdict).toBe("effective");
  expect(judged({ ...fix, control: [1000, 200] }).verdict).toBe("effective");
  const season = judged({ ...fix, control: [1000, 20] });
  expect(season.verdict).toBe("inconclusive");
  expect(season.change).toBeCloseTo(0, 6);
});

test("the tenth part of the customers expected is traffic, less is none", () => {
  const before = { before_gone: [1000, 300] } as const;
  expect(judged({ ...before, after: [99, 0] }).verdict).toBe("no_traffic");
  expect(judged({ ...before, after: [100, 0] }).verdict).not.toBe("no_traffic");
  expect(judged({ ...before, control: [900, 200] }).verdict).toBe("no_traffic");
});

test("without a blocked customer there is no change to tell", () => {
  const result = judged({ after: [100, 0], before_gone: [100, 0] });
  expect(result).toMatchObject({
    verdict: "inconclusive",
    change: null,
    low: null,
    high: null,
    daysNeeded: null,
  });
  expect(result.reason).toBe(
    "No customer was blocked before or after in the time that is compared. How long it will take cannot be told yet.",
  );
});

test("without customers before there is nothing to compare with", () => {
  const result = judged({ after: [100, 5] });
  expect(result).toMatchObject({ verdict: "inconclusive", change: null });
  expect(result.reason).toContain("No customer used transfer in the time before that this is compared with.");
});

/** With one customer in twenty blocked before. */
const days = (customers: number, expectedChange: number) =>
  judged({ after: [customers, 1], before_gone: [customers, customers / 20] }, { expectedChange })
    .daysNeeded ?? 0;

test("the days needed shrink with more traffic, and with a larger declared change", () => {
  expect(days(20, -0.5)).toBeGreaterThan(days(40, -0.5));
  expect(days(40, -0.5)).toBeGreaterThan(days(40, -0.8));
});

test("days needed are a forecast that comes true on expected counts", () => {
  const { daysNeeded } = judged({ after: [100, 4], before_gone: [100, 5] });
  const total = 1 + (daysNeeded ?? 0);
  const at = (days: number) =>
    judged({ after: [100 * days, 2.5 * days], before_gone: [100 * days, 5 * days] }).verdict;
  expect(at(total)).toBe("effective");
  expect(at(total - 2)).toBe("inconclusive");
});
