import { expect, test } from "vitest";
import { createFormat } from "#format.ts";
import { arrivalTable, ratesOf, sayRate } from "./arrival-chart.ts";

const format = createFormat("en", "UTC");
const report = {
  from: "2026-11-24T00:00:00.000Z",
  to: "2026-11-24T00:20:00.000Z",
  series: [
    { time: "2026-11-24T00:00:00.000Z", accepted: 1200, rejected: 3 },
    { time: "2026-11-24T00:10:00.000Z", accepted: 0, rejected: 0 },
  ],
};

test("slices of ten minutes are shown a minute", () => {
  expect(ratesOf(report).map(({ accepted, rejected }) => [accepted, rejected])).toEqual([
    [120, 0.3],
    [0, 0],
  ]);
});

test("a small rate keeps its fraction and none is none", () => {
  expect([0, 0.3, 9.94, 120].map((rate) => sayRate(rate, format))).toEqual(["0", "0.3", "9.9", "120"]);
  expect(arrivalTable(ratesOf(report), format, { accepted: "a", rejected: "r", time: "t" }).rows[0]).toEqual([
    "Nov 24, 00:00",
    "120",
    "0.3",
  ]);
});
