import type { Overview } from "@voxloop/analytics/shapes";
import type { Look } from "#charts/look.ts";
import { axisTooltip, base, categoryAxis, tooltipHtml, valueAxis, type ChartTable } from "#charts/parts.ts";
import type { Format } from "#format.ts";

type Series = Overview["series"];
export interface ChartWords {
  blocked: string;
  succeeded: string;
  failed: string;
  time: string;
}

export function spanOf(times: readonly { time: string }[]): number {
  const first = times[0];
  const last = times.at(-1);
  return first && last ? new Date(last.time).getTime() - new Date(first.time).getTime() : 0;
}

/** Blocked customers as an area. */
export function buildBlockedChart(series: Series, format: Format, words: ChartWords) {
  const times = series.map(({ time }) => time);
  return (look: Look) => ({
    ...base(look),
    xAxis: categoryAxis(look, times, (iso) => format.tick(iso, spanOf(series))),
    yAxis: valueAxis(look, format.compact),
    tooltip: axisTooltip(look, (lines) => {
      const point = series[lines[0]?.dataIndex ?? -1];
      if (!point) return "";
      const value = format.integer(point.blockedCustomers);
      return tooltipHtml(format.dateTime(point.time), [{ name: words.blocked, value, color: look.second }]);
    }),
    series: [
      {
        type: "line",
        name: words.blocked,
        data: series.map(({ blockedCustomers }) => blockedCustomers),
        showSymbol: series.length === 1,
        lineStyle: { width: 2 },
        color: look.second,
        areaStyle: { opacity: 0.14 },
      },
    ],
  });
}

/** Finished transactions: failed ones stand on the ground, where they are easiest to compare. */
export function buildTransactionsChart(series: Series, format: Format, words: ChartWords) {
  const times = series.map(({ time }) => time);
  return (look: Look) => ({
    ...base(look),
    xAxis: { ...categoryAxis(look, times, (iso) => format.tick(iso, spanOf(series))), boundaryGap: true },
    yAxis: valueAxis(look, format.compact),
    tooltip: axisTooltip(look, (lines) => {
      const point = series[lines[0]?.dataIndex ?? -1];
      if (!point) return "";
      return tooltipHtml(format.dateTime(point.time), [
        { name: words.succeeded, value: format.integer(point.succeeded), color: look.first },
        { name: words.failed, value: format.integer(point.failed), color: look.second },
      ]);
    }),
    series: [
      {
        type: "bar",
        stack: "finished",
        name: words.failed,
        data: series.map(({ failed }) => failed),
        color: look.second,
      },
      {
        type: "bar",
        stack: "finished",
        name: words.succeeded,
        data: series.map(({ succeeded }) => succeeded),
        color: look.first,
        itemStyle: { borderRadius: [2, 2, 0, 0] },
        barCategoryGap: "30%",
      },
    ],
  });
}

export function overviewTable(series: Series, format: Format, words: ChartWords): ChartTable {
  return {
    head: [words.time, words.blocked, words.succeeded, words.failed],
    rows: series.map((point) => [
      format.dateTime(point.time),
      format.integer(point.blockedCustomers),
      format.integer(point.succeeded),
      format.integer(point.failed),
    ]),
  };
}
