import type { Ingestion } from "@voxloop/analytics/shapes";
import type { Look } from "#charts/look.ts";
import { axisTooltip, base, categoryAxis, tooltipHtml, valueAxis, type ChartTable } from "#charts/parts.ts";
import type { Format } from "#format.ts";

export interface ArrivalWords {
  accepted: string;
  rejected: string;
  time: string;
}

interface Rate {
  time: string;
  accepted: number;
  rejected: number;
}

/** Events and refusals a minute: slices of a long range are longer than those of a short one. */
export function ratesOf({ series, from, to }: Pick<Ingestion, "series" | "from" | "to">): Rate[] {
  const minutes = (Date.parse(to) - Date.parse(from)) / 60_000 / Math.max(1, series.length);
  return series.map(({ time, accepted, rejected }) => ({
    time,
    accepted: accepted / minutes,
    rejected: rejected / minutes,
  }));
}

/** A small rate needs its fraction: 0.3 a minute is not none. */
export function sayRate(rate: number, format: Format): string {
  return rate > 0 && rate < 10 ? format.decimal(rate) : format.compact(rate);
}

export function buildArrivalChart(rates: readonly Rate[], format: Format, words: ArrivalWords) {
  const times = rates.map(({ time }) => time);
  const span = Date.parse(times.at(-1) ?? "") - Date.parse(times[0] ?? "");
  const line = { type: "line", showSymbol: false, lineStyle: { width: 2 } };
  return (look: Look) => ({
    ...base(look),
    xAxis: categoryAxis(look, times, (iso) => format.tick(iso, span)),
    yAxis: valueAxis(look, format.compact),
    tooltip: axisTooltip(look, (lines) => {
      const rate = rates[lines[0]?.dataIndex ?? -1];
      if (!rate) return "";
      return tooltipHtml(format.dateTime(rate.time), [
        { name: words.accepted, value: sayRate(rate.accepted, format), color: look.first },
        { name: words.rejected, value: sayRate(rate.rejected, format), color: look.second },
      ]);
    }),
    series: [
      {
        ...line,
        name: words.accepted,
        data: rates.map(({ accepted }) => accepted),
        color: look.first,
        areaStyle: { opacity: 0.14 },
      },
      { ...line, name: words.rejected, data: rates.map(({ rejected }) => rejected), color: look.second },
    ],
  });
}

export function arrivalTable(rates: readonly Rate[], format: Format, words: ArrivalWords): ChartTable {
  return {
    head: [words.time, words.accepted, words.rejected],
    rows: rates.map(({ time, accepted, rejected }) => [
      format.dateTime(time),
      sayRate(accepted, format),
      sayRate(rejected, format),
    ]),
  };
}
