import { expect, test } from "vitest";
import { createFormat } from "#format.ts";
import {
  buildErrorSeriesChart,
  errorSeriesTable,
  placeIncidents,
  placeReleases,
} from "./error-series-chart.ts";

const point = (hour: number, blockedCustomers: number) => ({
  time: `2026-11-24T${String(hour).padStart(2, "0")}:00:00.000Z`,
  events: blockedCustomers * 3,
  customers: blockedCustomers * 2,
  blockedCustomers,
});
const series = [point(0, 4), point(1, 6), point(2, 1)];
const words = { blocked: "Blocked", customers: "Customers", events: "Events", time: "Time" };

test("a release is marked in the slice that holds its time", () => {
  const releases = [
    { version: "8.0.1", releasedAt: "2026-11-24T01:59:59.000Z" },
    { version: "8.0.2", releasedAt: "2026-11-24T02:30:00.000Z" },
  ];
  expect(placeReleases(series, releases)).toEqual([
    { index: 1, version: "8.0.1" },
    { index: 2, version: "8.0.2" },
  ]);
});

test("a release outside the range is not marked", () => {
  const releases = [
    { version: "7.9.0", releasedAt: "2026-11-23T23:59:59.000Z" },
    { version: "8.1.0", releasedAt: "2026-11-24T03:00:00.000Z" },
  ];
  expect(placeReleases(series, releases)).toEqual([]);
  expect(placeReleases([], releases)).toEqual([]);
});

const incident = (from: string, to: string | null) => ({ issueId: "", number: 3, from, to });

test("an issue shades the slices in which it was open, up to the end while it is", () => {
  const place = (from: string, to: string | null) => placeIncidents(series, [incident(from, to)]);
  const [before, middle] = ["2026-11-23T10:00:00.000Z", "2026-11-24T01:30:00.000Z"];
  expect(place(middle, null)).toEqual([{ first: 1, last: 2, number: 3 }]);
  expect(place(before, middle)).toEqual([{ first: 0, last: 1, number: 3 }]);
  expect(place(before, before)).toEqual([]);
  expect(placeIncidents([], [incident(before, null)])).toEqual([]);
});

test("the tooltip escapes nothing it was not given and says all three numbers", () => {
  const look = new Proxy({}, { get: () => "#123456" }) as never;
  const option = buildErrorSeriesChart(
    { series, releases: [], incidents: [] },
    createFormat("en", "UTC"),
    words,
  )(look);
  expect(option.tooltip.formatter([{ dataIndex: 1 }])).toMatch(/Blocked.*6.*Customers.*12.*Events.*18/s);
  expect(option.tooltip.formatter([])).toBe("");
});

test("the table holds what the drawing shows", () => {
  expect(errorSeriesTable(series, createFormat("en", "UTC"), words).rows[1]).toEqual([
    "Nov 24, 01:00",
    "6",
    "12",
    "18",
  ]);
});
