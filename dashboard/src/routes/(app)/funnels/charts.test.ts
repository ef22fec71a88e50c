import type { FunnelResult } from "@voxloop/analytics/shapes";
import { expect, test } from "vitest";
import type { Look } from "#charts/look.ts";
import { createFormat } from "#format.ts";
import { binsOf, buildTimesChart, timesTable } from "./times-chart.ts";
import { buildTrendChart, trendOf, trendTable } from "./trend-chart.ts";

const format = createFormat("en", "UTC");
const look = new Proxy({}, { get: (_, name) => String(name) }) as Look;
const step = {
  event: "a",
  label: "",
  entered: 40,
  continued: 40,
  dropped: 0,
  stillInWindow: 0,
  excluded: 0,
  conversion: 1,
  medianSeconds: null,
  p90Seconds: null,
};
const result: FunnelResult = {
  unit: "customer",
  from: "2026-05-01T00:00:00Z",
  to: "2026-05-04T00:00:00Z",
  steps: [step, step],
  conversion: 1,
  histogram: [0, 1, 2, 5, 10].map((fromSeconds, at) => ({
    fromSeconds,
    toSeconds: [1, 2, 5, 10, 20][at] ?? 0,
    units: [0, 0, 30, 10, 0][at] ?? 0,
  })),
  trend: [
    { at: "2026-05-01", entered: 60, converted: 30, stillInWindow: 0, conversion: 0.5 },
    { at: "2026-05-02", entered: 29, converted: 29, stillInWindow: 0, conversion: 1 },
    { at: "2026-05-03", entered: 50, converted: 10, stillInWindow: 20, conversion: 1 / 3 },
  ],
};
const times = {
  took: "Took",
  units: "Customers",
  share: "Share",
  fromTo: ({ from, to }: { from: string; to: string }) => `${from} to ${to}`,
};
const words = { time: "Start", entered: "Entered", through: "Through", still: "Still", conversion: "Share" };

test("the times are from the bin before the first that has any to the last", () => {
  expect(binsOf(result).map(({ units }) => units)).toEqual([0, 30, 10]);
  expect(buildTimesChart(result, format, times)(look).series[0]?.data).toEqual([0, 30, 10]);
  expect(timesTable(result, format, times).rows[1]).toEqual(["2 sec to 5 sec", "30", "75%"]);
});

test("nobody who did all steps makes no bars", () => {
  expect(binsOf({ ...result, histogram: [{ fromSeconds: 0, toSeconds: 1, units: 0 }] })).toEqual([]);
});

test("a point of fewer than 30 whose window is over is left out", () => {
  const [line] = buildTrendChart(result, format, words)(look).series;
  expect(line?.data).toEqual([0.5, null, 1 / 3]);
  expect(trendTable(result, format, words).rows).toEqual([
    ["May 1", "60", "30", "0", "50%"],
    ["May 2", "29", "29", "0", "–"],
    ["May 3", "50", "10", "20", "33.3%"],
  ]);
});

test("a range of up to two days is drawn by the hour", () => {
  expect(trendOf(result)).toBe("day");
  expect(trendOf({ from: "2026-05-01T00:00:00Z", to: "2026-05-03T00:00:00Z" })).toBe("hour");
});
