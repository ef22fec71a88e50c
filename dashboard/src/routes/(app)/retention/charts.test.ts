import type { FrequencyResult, RetentionResult } from "@voxloop/analytics/shapes";
import { expect, test } from "vitest";
import type { Look } from "#charts/look.ts";
import { createFormat } from "#format.ts";
import { sayCell, toHeat } from "./cohorts.ts";
import { buildCurveChart, curveTable, linesOf } from "./curve-chart.ts";
import { buildLifecycleChart, lifecycleTable, stickinessTable } from "./frequency-chart.ts";

const format = createFormat("en", "UTC");
const look = new Proxy({}, { get: (_, name) => String(name) }) as Look;
const shareOf = (cases: number, of: number) => ({
  cases,
  of,
  tooFew: of < 30,
  share: of === 0 ? null : cases / of,
  low: of === 0 ? null : 0.1,
  high: of === 0 ? null : 0.9,
});
const retention = (values: (string | null)[]): RetentionResult => ({
  period: "day",
  timeZone: "UTC",
  cohorts: [],
  totals: [shareOf(50, 100), shareOf(3, 10)],
  segments: values.map((value) => ({ value, size: 40, totals: [shareOf(20, 40), shareOf(0, 0)] })),
});
const words = { all: "All", others: "Others", unknown: "?", period: "Day", nth: (n: number) => `Day ${n}` };

test("a curve has all customers, or the four largest segments before them", () => {
  expect(linesOf(retention([]), words).map(({ name, color }) => [name, color])).toEqual([["All", "first"]]);
  const lines = linesOf(retention(["a", "", null, "d", "e"]), words);
  expect(lines.map(({ name }) => name)).toEqual(["a", "?", "Others", "d", "All"]);
  expect(lines.at(-1)?.color).toBe("quiet");
});

test("too few customers make no point of a curve, and are numbers in its table", () => {
  const [line] = buildCurveChart(retention([]), format, words)(look).series;
  expect(line?.data).toEqual([0.5, null]);
  expect(curveTable(retention(["a"]), format, words).rows).toEqual([
    ["Day 1", "50% (10%–90%)", "50% (10%–90%)"],
    ["Day 2", "3 / 10", "–"],
  ]);
});

function cellOf(state: "over" | "running" | "ahead", cases: number, of: number) {
  const share = state === "over" ? shareOf(cases, of) : null;
  const cell = { from: "2026-05-01", state, returned: state === "ahead" ? null : cases, share };
  return [sayCell(cell, of, format).text, toHeat(share)];
}

test("a cell is a share, or of few or unfinished the number, and empty ahead", () => {
  expect(cellOf("over", 30, 60)).toEqual(["50%", 23]);
  expect(cellOf("over", 3, 6)).toEqual(["3 / 6", 0]);
  expect(cellOf("running", 30, 60)).toEqual(["30", 0]);
  expect(cellOf("ahead", 0, 60)).toEqual(["", 0]);
  expect(cellOf("over", 0, 0)).toEqual(["–", 0]);
});

const frequency: FrequencyResult = {
  period: "day",
  timeZone: "UTC",
  customers: 50,
  periods: [
    { from: "2026-05-01", isOver: true, active: 40, new: 10, returning: 25, resurrecting: 5, dormant: 7 },
    { from: "2026-05-02", isOver: false, active: 9, new: 2, returning: 7, resurrecting: 0, dormant: null },
  ],
  stickiness: [{ periods: 1, share: shareOf(20, 50) }],
  daily: null,
};

test("who is dormant stands below zero, and is not told of a period that is not over", () => {
  const said = {
    period: "Day",
    new: "N",
    returning: "R",
    resurrecting: "B",
    dormant: "D",
    running: "not over",
  };
  const { series } = buildLifecycleChart(frequency, format, said)(look);
  expect(series.map(({ name, data }) => [name, data.map(({ value }) => value)])).toEqual([
    ["R", [25, 7]],
    ["B", [5, 0]],
    ["N", [10, 2]],
    ["D", [-7, -0]],
  ]);
  expect(lifecycleTable(frequency, format, said).rows[1]).toEqual(["May 2 (not over)", "7", "0", "2", "–"]);
});

test("stickiness is told by number of periods, with customers and share", () => {
  const said = { periods: "Days", customers: "Customers", share: "Share" };
  expect(stickinessTable(frequency, format, said).rows).toEqual([["1", "20", "40%"]]);
});
