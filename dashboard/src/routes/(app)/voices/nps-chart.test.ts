import { expect, test } from "vitest";
import { createFormat } from "#format.ts";
import { buildNpsChart, npsTable } from "./nps-chart.ts";

const words = { nps: "NPS", interval: "Interval", answers: "Answers", day: "Day", tooFew: "too few" };
const nps = {
  nps: 12,
  low: -4,
  high: 28,
  answers: 90,
  promoters: 40,
  passives: 21,
  detractors: 29,
  tooFew: false,
};
const none = { negative: 0, neutral: 0, positive: 0 };
const trend = [
  { day: "2026-11-23", nps, sentiment: none },
  {
    day: "2026-11-24",
    nps: { ...nps, nps: -50, low: -80, high: -10, answers: 8, tooFew: true },
    sentiment: none,
  },
  {
    day: "2026-11-25",
    nps: { ...nps, nps: null, low: null, high: null, answers: 0, tooFew: true },
    sentiment: none,
  },
];
const look = new Proxy({}, { get: () => "#123456" }) as never;
const format = createFormat("en", "UTC");

test("a day with too few answers is hollow and one without any is a gap", () => {
  const line = buildNpsChart(trend, format, words)(look).series.at(-1);
  expect(line?.data).toEqual([
    { value: 12, symbol: "circle" },
    { value: -50, symbol: "emptyCircle" },
    { value: null, symbol: "emptyCircle" },
  ]);
});

test("the table says too few instead of an interval", () => {
  expect(npsTable(trend, format, words).rows.map((row) => row[2])).toEqual([
    "-4 … +28",
    "too few",
    "too few",
  ]);
});
