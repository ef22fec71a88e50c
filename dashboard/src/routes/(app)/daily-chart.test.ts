import type { BlockedDaily } from "@voxloop/analytics/shapes";
import { expect, test } from "vitest";
import { createFormat } from "#format.ts";
import { dailyTable, daysWithinGoal } from "./daily-chart.ts";

const day = (name: string, blockedTransactions: number, isPartial = false) => ({
  day: name,
  blockedTransactions,
  blockedCustomers: 1,
  events: 9,
  isPartial,
});
const daily = (goal: number | null): BlockedDaily => ({
  items: [
    { ...day("2026-05-07", 0), events: 0 },
    day("2026-05-08", 100),
    day("2026-05-09", 101),
    day("2026-05-10", 3, true),
  ],
  goal,
  timeZone: "Asia/Shanghai",
});

test("only whole days since the first error keep to the goal or miss it", () => {
  expect(daysWithinGoal(daily(100))).toEqual({ within: 1, of: 2 });
  expect(daysWithinGoal(daily(null))).toBeUndefined();
});

test("the table says which day is not over", () => {
  const words = { day: "Day", transactions: "T", customers: "C", goal: "Goal", partial: "so far" };
  const { rows } = dailyTable(daily(null), createFormat("en", "Asia/Shanghai"), words);
  expect(rows.map(([name]) => name)).toEqual(["May 7", "May 8", "May 9", "May 10 (so far)"]);
});
