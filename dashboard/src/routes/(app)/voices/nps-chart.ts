import type { VoiceScores } from "@voxloop/analytics/shapes";
import { bandSeries } from "#charts/band.ts";
import type { Look } from "#charts/look.ts";
import { axisTooltip, base, categoryAxis, tooltipHtml, valueAxis, type ChartTable } from "#charts/parts.ts";
import type { Format } from "#format.ts";

type Trend = VoiceScores["trend"];
export interface NpsWords {
  nps: string;
  interval: string;
  answers: string;
  day: string;
  tooFew: string;
}

function sayInterval({ low, high }: Trend[number]["nps"], format: Format): string {
  return low === null || high === null ? "–" : `${format.signed(low)} … ${format.signed(high)}`;
}

/** NPS a day with its interval; days with too few answers are hollow, days without any are gaps. */
export function buildNpsChart(trend: Trend, format: Format, words: NpsWords) {
  const days = trend.map(({ day }) => day);
  return (look: Look) => ({
    ...base(look),
    xAxis: { ...categoryAxis(look, days, format.day), axisLine: { show: false, onZero: false } },
    yAxis: { ...valueAxis(look, (value) => format.signed(value)), min: -100, max: 100, interval: 50 },
    tooltip: axisTooltip(look, (lines) => {
      const point = trend[lines[0]?.dataIndex ?? -1];
      if (!point) return "";
      const { nps, answers, tooFew } = point.nps;
      return tooltipHtml(format.day(point.day), [
        { name: words.nps, value: nps === null ? "–" : format.signed(nps), color: look.first },
        { name: words.interval, value: tooFew ? words.tooFew : sayInterval(point.nps, format) },
        { name: words.answers, value: format.integer(answers) },
      ]);
    }),
    series: [
      ...bandSeries(
        trend.map(({ nps }) => nps),
        look.first,
      ),
      {
        type: "line",
        name: words.nps,
        color: look.first,
        lineStyle: { width: 2 },
        symbolSize: 6,
        data: trend.map(({ nps }) => ({ value: nps.nps, symbol: nps.tooFew ? "emptyCircle" : "circle" })),
        markLine: {
          symbol: "none",
          silent: true,
          label: { show: false },
          lineStyle: { color: look.quiet, type: "solid", width: 1 },
          data: [{ yAxis: 0 }],
        },
      },
    ],
  });
}

export function npsTable(trend: Trend, format: Format, words: NpsWords): ChartTable {
  return {
    head: [words.day, words.nps, words.interval, words.answers],
    rows: trend.map(({ day, nps }) => [
      format.day(day),
      nps.nps === null ? "–" : format.signed(nps.nps),
      nps.tooFew ? words.tooFew : sayInterval(nps, format),
      format.integer(nps.answers),
    ]),
  };
}
