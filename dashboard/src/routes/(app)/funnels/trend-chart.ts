import type { FunnelResult } from "@voxloop/analytics/shapes";
import type { Look } from "#charts/look.ts";
import { axisTooltip, base, categoryAxis, tooltipHtml, valueAxis, type ChartTable } from "#charts/parts.ts";
import type { Format } from "#format.ts";
import { FEWEST } from "./funnel-view.ts";

export interface TrendWords {
  time: string;
  entered: string;
  through: string;
  still: string;
  conversion: string;
}

type Point = NonNullable<FunnelResult["trend"]>[number];

const HOURLY_UP_TO_MS = 2 * 86_400_000;

/** A day has too few points for a line by the day. */
export const trendOf = ({ from, to }: { from: string; to: string }): "day" | "hour" =>
  Date.parse(to) - Date.parse(from) <= HOURLY_UP_TO_MS ? "hour" : "day";

/** Null of too few, where a share would jump about. */
export const shareAt = ({ entered, stillInWindow, conversion }: Point): number | null =>
  entered - stillInWindow < FEWEST ? null : conversion;

export const sharesOf = ({ trend = [] }: FunnelResult): number[] =>
  trend.flatMap((point) => shareAt(point) ?? []);

const isDay = (at: string) => !at.includes("T");

const saySpot = (at: string, format: Format) => (isDay(at) ? format.day(at) : format.dateTime(at));

const sayShare = (share: number | null, format: Format) => (share === null ? "–" : format.percent(share));

export function buildTrendChart({ trend = [], from, to }: FunnelResult, format: Format, words: TrendWords) {
  const span = Date.parse(to) - Date.parse(from);
  return (look: Look) => ({
    ...base(look),
    xAxis: categoryAxis(
      look,
      trend.map(({ at }) => at),
      (at) => (isDay(at) ? format.day(at) : format.tick(at, span)),
    ),
    yAxis: { ...valueAxis(look, (share) => format.percent(share, 0)), minInterval: 0, min: 0 },
    tooltip: axisTooltip(look, (lines) => {
      const point = trend[lines[0]?.dataIndex ?? -1];
      if (!point) return "";
      return tooltipHtml(saySpot(point.at, format), [
        { name: words.conversion, value: sayShare(shareAt(point), format), color: look.first },
        { name: words.entered, value: format.integer(point.entered) },
        { name: words.through, value: format.integer(point.converted) },
        { name: words.still, value: format.integer(point.stillInWindow) },
      ]);
    }),
    series: [
      {
        name: words.conversion,
        type: "line",
        color: look.first,
        symbolSize: 5,
        lineStyle: { width: 2 },
        data: trend.map(shareAt),
      },
    ],
  });
}

export function trendTable({ trend = [] }: FunnelResult, format: Format, words: TrendWords): ChartTable {
  return {
    head: [words.time, words.entered, words.through, words.still, words.conversion],
    rows: trend.map((point) => [
      saySpot(point.at, format),
      format.integer(point.entered),
      format.integer(point.converted),
      format.integer(point.stillInWindow),
      sayShare(shareAt(point), format),
    ]),
  };
}
