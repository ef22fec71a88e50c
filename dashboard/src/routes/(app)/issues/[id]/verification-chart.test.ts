import type { VerificationResult } from "@voxloop/analytics/shapes";
import { expect, test } from "vitest";
import { createFormat } from "#format.ts";
import { buildVerificationChart, verificationTable } from "./verification-chart.ts";

const arm = { customers: 100, blocked: 5, rate: 0.05 };
const result = (hour: number, [change, low, high]: (number | null)[]): VerificationResult => ({
  at: `2026-11-24T0${hour}:00:00.000Z`,
  verdict: "inconclusive",
  design: "before_after",
  before: arm,
  after: arm,
  control: null,
  controlBefore: null,
  change: change ?? null,
  low: low ?? null,
  high: high ?? null,
  expectedChange: -0.5,
  daysNeeded: 3,
  reason: "",
});
const looks = [result(0, []), result(1, [-0.2, -0.9]), result(2, [-0.6, -0.75, -0.4])];
const words = {
  time: "Time",
  change: "Change",
  interval: "Interval",
  noChange: "No change",
  expected: "Expected",
  unbounded: "unbounded",
};
const look = new Proxy({}, { get: () => "#123456" }) as never;
const format = createFormat("en", "UTC");

test("zero and the declared change are marked", () => {
  const line = buildVerificationChart(looks, format, words)(look).series.at(-1);
  expect(line && "markLine" in line && line.markLine.data.map(({ yAxis, name }) => [yAxis, name])).toEqual([
    [0, "No change"],
    [-0.5, "Expected"],
  ]);
});

test("an interval without an upper end is drawn to the top and said to be unbounded", () => {
  const [low, height] = buildVerificationChart(looks, format, words)(look).series;
  expect(low?.data).toEqual([null, -0.9, -0.75]);
  expect(height?.data[1]).toBeCloseTo(2.4);
  expect(verificationTable(looks, format, words).rows).toEqual([
    ["Nov 24, 00:00", "–", "–"],
    ["Nov 24, 01:00", "-20%", "-90% … unbounded"],
    ["Nov 24, 02:00", "-60%", "-75% … -40%"],
  ]);
});
