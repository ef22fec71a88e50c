import { expect, test } from "vitest";
import { createFormat } from "#format.ts";
import { buildVisitsChart, visitsTable } from "./visits-chart.ts";

const format = createFormat("en", "UTC");
const words = { day: "Day", visits: "Visits", partial: "in part" };
const days = [
  { day: "2026-05-01", visits: 1200, isPartial: true },
  { day: "2026-05-02", visits: 7, isPartial: false },
];

test("a day that is not whole is said to be, and pale", () => {
  expect(visitsTable(days, format, words).rows).toEqual([
    ["May 1 (in part)", "1,200"],
    ["May 2", "7"],
  ]);
  const look = new Proxy({}, { get: () => "#123456" }) as never;
  const { series, tooltip } = buildVisitsChart(days, format, words)(look);
  expect(series[0]?.data).toEqual([{ value: 1200, itemStyle: { opacity: 0.4 } }, { value: 7 }]);
  expect(tooltip.formatter([{ dataIndex: 0 }])).toMatch(/May 1 \(in part\).*Visits.*1,200/s);
});
