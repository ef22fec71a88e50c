import type { ExposureResult } from "@voxloop/analytics/shapes";
import { expect, test } from "vitest";
import { createFormat } from "#format.ts";
import { judgeExposure, sayExposure } from "./say-exposure.ts";

const format = createFormat("en", "UTC");
const share = { cases: 60, of: 120, tooFew: false, share: 0.5, low: 0.4, high: 0.6 };
const resultOf = (
  low: number | null,
  high: number | null,
  gap = ((low ?? 0) + (high ?? 0)) / 2,
): ExposureResult => ({
  fingerprint: "f",
  flow: "pay",
  withinDays: 7,
  timeZone: "UTC",
  days: { from: "2026-05-01", to: "2026-05-07" },
  exposed: share,
  others: share,
  plain: { gap, low, high, tooFew: low === null },
  adjusted: { gap, low, high, tooFew: low === null, compared: 120 },
  strata: [],
  waiting: 0,
});

test("only an interval without 0 says less or more", () => {
  expect(judgeExposure(resultOf(-0.2, -0.04))).toBe("less");
  expect(judgeExposure(resultOf(0.04, 0.2))).toBe("more");
  expect(judgeExposure(resultOf(-0.1, 0.02))).toBe("unsure");
  expect(judgeExposure(resultOf(null, null))).toBe("too_few");
  expect(judgeExposure({ ...resultOf(-0.2, -0.1), days: null })).toBe("none_yet");
});

test("the sentence names the points and their interval, the smaller first", () => {
  const less = sayExposure(resultOf(-0.2, -0.04), "E1042", format);
  expect(less).toContain("E1042");
  expect(less).toContain("12.0 points less");
  expect(less).toContain("4.0 to 20.0");
  expect(sayExposure(resultOf(0.04, 0.2), "E1042", format)).toContain("12.0 points more");
  expect(sayExposure(resultOf(-0.1, 0.02), "E1042", format)).toContain("-10 to +2");
  expect(sayExposure(resultOf(null, null), "E1042", format)).toContain("120");
});
