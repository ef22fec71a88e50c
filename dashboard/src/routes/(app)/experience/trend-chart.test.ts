import { expect, test } from "vitest";
import type { Look } from "#charts/look.ts";
import { createFormat } from "#format.ts";
import { buildTrendChart, trendTable } from "./trend-chart.ts";

const look = new Proxy({}, { get: (_, name) => String(name) }) as Look;
const format = createFormat("en", "UTC");
const words = { from: "Day", index: "Index", interval: "95 %", goal: "goal", partial: "not whole" };
const trend = [
  { from: "2026-05-04", isPartial: true, value: 71.25, low: 70, high: 72.5, standIns: [] },
  { from: "2026-05-05", isPartial: false, value: null, low: null, high: null, standIns: [] },
];

const axisOf = (goal: number | null) => buildTrendChart({ trend, goal }, format, words)(look).yAxis;

test("the axis is the part of 0 to 100 that holds the intervals and the goal", () => {
  expect(axisOf(null)).toMatchObject({ min: 65, max: 75, interval: 5 });
  expect(axisOf(84)).toMatchObject({ min: 65, max: 85 });
  expect(axisOf(100)).toMatchObject({ max: 100 });
});

test("a day that is not whole is hollow, one without an index a gap, and the goal a line", () => {
  const line = buildTrendChart({ trend, goal: 80 }, format, words)(look).series.at(-1);
  expect(line).toMatchObject({
    data: [
      { value: 71.25, symbol: "emptyCircle" },
      { value: null, symbol: "circle" },
    ],
    markLine: { data: [{ yAxis: 80 }] },
  });
});

test("the table says what is not whole and what is not known", () => {
  expect(trendTable({ trend, goal: null }, format, words).rows).toEqual([
    ["May 4 (not whole)", "71.3", "70.0 … 72.5"],
    ["May 5", "–", "–"],
  ]);
});
