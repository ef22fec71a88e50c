import type { ErrorDetail } from "@voxloop/analytics/shapes";
import type { Look } from "#charts/look.ts";
import { axisTooltip, base, categoryAxis, tooltipHtml, valueAxis, type ChartTable } from "#charts/parts.ts";
import type { Format } from "#format.ts";

type Series = ErrorDetail["series"];
type Releases = ErrorDetail["releases"];
type Incidents = ErrorDetail["incidents"];
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

/** The slices in which each issue was open, from the first to the last; those outside the series are left out. */
export function placeIncidents(
  series: Series,
  incidents: Incidents,
): { first: number; last: number; number: number }[] {
  const starts = series.map(({ time }) => new Date(time).getTime());
  const end = starts.length - 1;
  return incidents.flatMap(({ number, from, to }) => {
    const last = to === null ? end : starts.findLastIndex((start) => start <= Date.parse(to));
    const first = Math.max(
      0,
      starts.findLastIndex((start) => start <= Date.parse(from)),
    );
    return last < 0 ? [] : [{ first, last, number }];
  });
}

function incidentAreas(series: Series, incidents: Incidents, look: Look) {
  return {
    silent: true,
    itemStyle: { color: look.third, opacity: 0.1 },
    label: { position: "insideTopLeft", color: look.faint, fontSize: 11 },
    data: placeIncidents(series, incidents).map(({ first, last, number }) => [
      { xAxis: first, name: `#${number}` },
      { xAxis: last },
    ]),
  };
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

/** Customers who met the error as a line, those it blocked as an area, releases as vertical lines, its issues as shades. */
export function buildErrorSeriesChart(
  { series, releases, incidents }: Pick<ErrorDetail, "series" | "releases" | "incidents">,
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
      {
        ...line,
        name: words.customers,
        data: series.map(({ customers }) => customers),
        color: look.quiet,
        markArea: incidentAreas(series, incidents, look),
      },
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
