import type { ErrorDetail } from "@voxloop/analytics/shapes";
import type { Look } from "#charts/look.ts";
import { axisTooltip, base, categoryAxis, tooltipHtml, valueAxis, type ChartTable } from "#charts/parts.ts";
import type { Format } from "#format.ts";

type Series = ErrorDetail["series"];
type Releases = ErrorDetail["releases"];
export interface SeriesWords {
  blocked: string;
  customers: string;
  events: string;
  time: string;
}

/** Where on the axis each release falls: the slice that holds its time. Releases outside the series are left out. */
export function placeReleases(series: Series, releases: Releases): { index: number; version: string }[] {
  const starts = series.map(({ time }) => new Date(time).getTime());
  const [first, second] = starts;
  const last = starts.at(-1);
  if (first === undefined || last === undefined) return [];
  const slice = (second ?? first) - first;
  return releases.flatMap(({ version, releasedAt }) => {
    const at = new Date(releasedAt).getTime();
    if (at < first || at >= last + slice) return [];
    return [{ index: starts.findLastIndex((start) => start <= at), version }];
  });
}

function blockedSeries(series: Series, releases: Releases, look: Look) {
  return {
    data: series.map(({ blockedCustomers }) => blockedCustomers),
    color: look.second,
    areaStyle: { opacity: 0.14 },
    markLine: {
      symbol: "none",
      silent: true,
      lineStyle: { color: look.first, type: [4, 3], width: 1.2 },
      label: { color: look.first, fontSize: 11, formatter: ({ name }: { name: string }) => name },
      data: placeReleases(series, releases).map(({ index, version }) => ({ xAxis: index, name: version })),
    },
  };
}

/** Customers who met the error as a line, those it blocked as an area, releases as vertical lines. */
export function buildErrorSeriesChart(
  { series, releases }: Pick<ErrorDetail, "series" | "releases">,
  format: Format,
  words: SeriesWords,
) {
  const times = series.map(({ time }) => time);
  const span = Date.parse(times.at(-1) ?? "") - Date.parse(times[0] ?? "");
  const line = { type: "line", showSymbol: series.length === 1, lineStyle: { width: 2 } };
  return (look: Look) => ({
    ...base(look),
    // Room for the releases' names.
    grid: { ...base(look).grid, top: releases.length > 0 ? 26 : 12 },
    xAxis: categoryAxis(look, times, (iso) => format.tick(iso, span)),
    yAxis: valueAxis(look, format.compact),
    tooltip: axisTooltip(look, (lines) => {
      const point = series[lines[0]?.dataIndex ?? -1];
      if (!point) return "";
      return tooltipHtml(format.dateTime(point.time), [
        { name: words.blocked, value: format.integer(point.blockedCustomers), color: look.second },
        { name: words.customers, value: format.integer(point.customers), color: look.quiet },
        { name: words.events, value: format.integer(point.events) },
      ]);
    }),
    series: [
      { ...line, name: words.customers, data: series.map(({ customers }) => customers), color: look.quiet },
      { ...line, name: words.blocked, ...blockedSeries(series, releases, look) },
    ],
  });
}

export function errorSeriesTable(series: Series, format: Format, words: SeriesWords): ChartTable {
  return {
    head: [words.time, words.blocked, words.customers, words.events],
    rows: series.map((point) => [
      format.dateTime(point.time),
      format.integer(point.blockedCustomers),
      format.integer(point.customers),
      format.integer(point.events),
    ]),
  };
}
