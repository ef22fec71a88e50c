import { expect, test } from "vitest";
import { daysOf, partialDays } from "./days.ts";

const range = (from: string, to: string) => ({ from: new Date(from), to: new Date(to) });

test("days are those of the time zone, and those that are cut are partial", () => {
  const shanghai = range("2026-05-01T16:00:00Z", "2026-05-03T16:00:00Z");
  expect(daysOf(shanghai, "Asia/Shanghai")).toEqual(["2026-05-02", "2026-05-03"]);
  expect(partialDays(shanghai, "Asia/Shanghai")).toEqual(new Set());
  expect(daysOf(shanghai, "UTC")).toEqual(["2026-05-01", "2026-05-02", "2026-05-03"]);
  expect(partialDays(shanghai, "UTC")).toEqual(new Set(["2026-05-01", "2026-05-03"]));
});

test("a day of 23 hours is a day", () => {
  const spring = range("2026-03-27T23:00:00Z", "2026-03-30T22:00:00Z");
  expect(daysOf(spring, "Europe/Berlin")).toEqual(["2026-03-28", "2026-03-29", "2026-03-30"]);
  expect(partialDays(spring, "Europe/Berlin")).toEqual(new Set());
});
