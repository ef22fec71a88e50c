import { expect, test } from "vitest";
import { toRows } from "./breakdown.ts";

const counts = (entered: number, through: number, stillInWindow = 0) => {
  const step = { event: "a", label: "", stillInWindow: 0, excluded: 0, conversion: null, ...times };
  const lost = entered - through - stillInWindow;
  return {
    steps: [
      { ...step, entered, continued: through, dropped: lost, stillInWindow },
      { ...step, entered: through, continued: 0, dropped: 0 },
    ],
    conversion: entered === stillInWindow ? null : through / (entered - stillInWindow),
  };
};
const times = { medianSeconds: null, p90Seconds: null };
const range = {
  unit: "customer" as const,
  from: "2026-05-08T00:00:00Z",
  to: "2026-05-15T00:00:00Z",
};

test("each value stands against all in points, the others among them", () => {
  const breakdown = [
    { value: "app", ...counts(100, 80) },
    { value: "", ...counts(60, 30) },
    { value: null, ...counts(40, 10) },
  ];
  const rows = toRows({ ...range, ...counts(200, 120), breakdown });
  expect(rows.map(({ value, entered, conversion }) => [value, entered, conversion])).toEqual([
    ["app", 100, 0.8],
    ["", 60, 0.5],
    [null, 40, 0.25],
  ]);
  expect(rows.map(({ points }) => Math.round(points ?? 0))).toEqual([20, -10, -35]);
});

test("a value with fewer than 30 who can be judged has no share", () => {
  const breakdown = [
    { value: "app", ...counts(40, 20, 11) },
    { value: "web", ...counts(40, 20, 10) },
  ];
  const [few, enough] = toRows({ ...range, ...counts(80, 40, 21), breakdown });
  expect(few).toMatchObject({ judged: 29, conversion: null, points: null });
  expect(enough).toMatchObject({ judged: 30, conversion: 20 / 30 });
});

test("a funnel that is not broken down has no rows", () => {
  expect(toRows({ ...range, ...counts(80, 40) })).toEqual([]);
});
