import type { FunnelResult } from "@voxloop/analytics/shapes";
import type { Look } from "#charts/look.ts";
import { axisTooltip, base, categoryAxis, tooltipHtml, valueAxis, type ChartTable } from "#charts/parts.ts";
import type { Format } from "#format.ts";

export interface TimesWords {
  took: string;
  units: string;
  share: string;
  fromTo: (span: { from: string; to: string }) => string;
}

type Bin = NonNullable<FunnelResult["histogram"]>[number];

/** From the bin before the first that has any, to show that it is empty, to the last that has any. */
export function binsOf({ histogram = [] }: FunnelResult): Bin[] {
  const hasAny = ({ units }: Bin) => units > 0;
  return histogram.slice(Math.max(0, histogram.findIndex(hasAny) - 1), histogram.findLastIndex(hasAny) + 1);
}

/** How many did all steps. */
export const countThrough = ({ steps }: FunnelResult): number => steps.at(-1)?.entered ?? 0;

function sayBins(result: FunnelResult, format: Format, { fromTo }: TimesWords) {
  const all = countThrough(result);
  return binsOf(result).map(({ fromSeconds, toSeconds, units }) => ({
    span: fromTo({ from: format.duration(fromSeconds), to: format.duration(toSeconds) }),
    from: format.duration(fromSeconds),
    units,
    share: all === 0 ? 0 : units / all,
  }));
}

export function buildTimesChart(result: FunnelResult, format: Format, words: TimesWords) {
  const bins = sayBins(result, format, words);
  const places = bins.map(({ from }) => from);
  return (look: Look) => ({
    ...base(look),
    xAxis: { ...categoryAxis(look, places, (place) => place), boundaryGap: true },
    yAxis: valueAxis(look, format.compact),
    tooltip: axisTooltip(look, (lines) => {
      const bin = bins[lines[0]?.dataIndex ?? -1];
      if (!bin) return "";
      return tooltipHtml(bin.span, [
        { name: words.units, value: format.integer(bin.units), color: look.first },
        { name: words.share, value: format.percent(bin.share) },
      ]);
    }),
    series: [
      {
        name: words.units,
        type: "bar",
        color: look.first,
        barCategoryGap: "12%",
        itemStyle: { borderRadius: [3, 3, 0, 0] },
        data: bins.map(({ units }) => units),
      },
    ],
  });
}

export function timesTable(result: FunnelResult, format: Format, words: TimesWords): ChartTable {
  return {
    head: [words.took, words.units, words.share],
    rows: sayBins(result, format, words).map(({ span, units, share }) => [
      span,
      format.integer(units),
      format.percent(share),
    ]),
  };
}
