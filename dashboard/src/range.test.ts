import { expect, test } from "vitest";
import { customOf, rangeOf, timesOf } from "./range.ts";

const asked = (range: string) => rangeOf(new URLSearchParams({ range }));
const NOW = new Date("2026-05-10T10:00:00.000Z");

test("a preset ends now, and a custom range is from its first to its last instant", () => {
  expect(timesOf(asked("24h"), NOW)).toEqual({ from: "2026-05-09T10:00:00.000Z", to: NOW.toISOString() });
  const range = asked("2026-05-01T00:00:00Z..2026-05-02T12:00:00+02:00");
  expect(timesOf(range, NOW)).toEqual({ from: "2026-05-01T00:00:00.000Z", to: "2026-05-02T10:00:00.000Z" });
});

test("what is no range, ends before it begins, or is too long, is the fallback", () => {
  for (const range of ["", "9d", "..", "a..b", "2026-05-02..2026-05-01", "2024-01-01..2026-01-01"])
    expect(asked(range)).toBe("24h");
  expect(customOf("2026-05-01T00:00Z", "2026-05-01T00:00Z")).toBeUndefined();
});
