import { expect, test } from "vitest";
import { createFormat } from "#format.ts";
import { adoptionTable, buildAdoptionChart, isTooFew, lastShare, linesOf } from "./adoption-chart.ts";

const format = createFormat("en", "UTC");
const words = { others: "Others", active: "Active", time: "Time" };
const look = new Proxy({}, { get: () => "#123456" }) as never;
const curve = {
  stepSeconds: 3600,
  times: ["2026-11-24T00:00:00.000Z", "2026-11-24T01:00:00.000Z", "2026-11-24T02:00:00.000Z"],
  customers: [100, 0, 40],
  series: [
    { version: "", customers: [5, 0, 0] },
    { version: "7.0", customers: [5, 0, 0] },
    { version: "8.0", customers: [40, 0, 4] },
    { version: "8.1", customers: [20, 0, 4] },
    { version: "8.2", customers: [20, 0, 2] },
    { version: "<b>9", customers: [10, 0, 30] },
    { version: "9.9", customers: [0, 0, 0] },
  ],
};

test("the four releases with most customers are drawn, newest first, and all others as one", () => {
  expect(linesOf(curve, words)).toEqual([
    { name: "<b>9", color: "first", customers: [10, 0, 30] },
    { name: "8.2", color: "second", customers: [20, 0, 2] },
    { name: "8.1", color: "third", customers: [20, 0, 4] },
    { name: "8.0", color: "fourth", customers: [40, 0, 4] },
    { name: "Others", color: "quiet", customers: [10, 0, 0] },
  ]);
});

test("shares of a step add up to one, and a step without customers has none", () => {
  const { series } = buildAdoptionChart(curve, format, words)(look);
  const sums = curve.times.map((_, at) => series.reduce((sum, { data }) => sum + (data[at] ?? 0), 0));
  expect([sums[0], sums[1], sums[2]]).toEqual([expect.closeTo(1), 0, expect.closeTo(1)]);
  expect(series.map(({ data }) => data[1])).toEqual([null, null, null, null, null]);
});

test("the tooltip names shares and customers, and shows a release's name as text", () => {
  const { tooltip } = buildAdoptionChart(curve, format, words)(look);
  expect(tooltip.formatter([{ dataIndex: 2 }])).toMatch(/&#60;b&#62;9.*75%.*Active.*40/s);
  expect(tooltip.formatter([{ dataIndex: 2 }])).not.toContain("<b>9");
  expect(tooltip.formatter([])).toBe("");
});

test("the newest release's share is of the last step that had customers, and few customers make no chart", () => {
  expect(lastShare(curve, linesOf(curve, words))).toBe(0.75);
  expect(lastShare({ ...curve, customers: [0, 0, 0] }, linesOf(curve, words))).toBe(0);
  expect([
    isTooFew(curve),
    isTooFew({ ...curve, customers: [29, 3] }),
    isTooFew({ ...curve, customers: [] }),
  ]).toEqual([false, true, true]);
});

test("the table holds what the drawing shows", () => {
  expect(adoptionTable(curve, format, words).rows[1]).toEqual([
    "Nov 24, 01:00",
    "–",
    "–",
    "–",
    "–",
    "–",
    "0",
  ]);
});
