import type { VerificationResult } from "@voxloop/analytics/shapes";
import { bandSeries } from "#charts/band.ts";
import type { Look } from "#charts/look.ts";
import { axisTooltip, base, categoryAxis, tooltipHtml, valueAxis, type ChartTable } from "#charts/parts.ts";
import type { Format } from "#format.ts";

type Looks = readonly VerificationResult[];
export interface VerificationWords {
  time: string;
  change: string;
  interval: string;
  noChange: string;
  expected: string;
  unbounded: string;
}

/** The drawing ends at +150 %: the interval of a first look may reach to infinity and would flatten all the rest. */
const TOP = 1.5;

function sayInterval({ low, high }: VerificationResult, format: Format, words: VerificationWords): string {
  if (low === null) return "–";
  return `${format.change(low)} … ${high === null ? words.unbounded : format.change(high)}`;
}

/** The interval of each look as it can be drawn. */
function boundsOf(looks: Looks) {
  return looks.map(({ low, high }) =>
    low === null ? { low: null, high: null } : { low: Math.min(TOP, low), high: Math.min(TOP, high ?? TOP) },
  );
}

function mark(value: number, name: string, color: string) {
  const isZero = value === 0;
  return {
    yAxis: value,
    name,
    lineStyle: { color, width: 1.4, type: isZero ? "solid" : [5, 4] },
    label: { color, position: "insideEndTop", formatter: name, fontSize: 11 },
  };
}

function estimateSeries(looks: Looks, words: VerificationWords, look: Look) {
  const expected = looks.at(-1)?.expectedChange ?? 0;
  return {
    type: "line",
    name: words.change,
    color: look.first,
    lineStyle: { width: 2 },
    showSymbol: looks.length < 30,
    symbol: "circle",
    symbolSize: 5,
    data: looks.map(({ change }) => (change === null ? null : Math.min(TOP, change))),
    markLine: {
      symbol: "none",
      silent: true,
      data: [mark(0, words.noChange, look.faint), mark(expected, words.expected, look.good)],
    },
  };
}

/** The always-valid interval of the relative change, look by look, against no change and the declared change. */
export function buildVerificationChart(looks: Looks, format: Format, words: VerificationWords) {
  const times = looks.map(({ at }) => at);
  const span = Date.parse(times.at(-1) ?? "") - Date.parse(times[0] ?? "");
  const bounds = boundsOf(looks);
  const most = Math.max(0.25, ...bounds.map(({ high }) => high ?? 0));
  return (look: Look) => ({
    ...base(look),
    xAxis: {
      ...categoryAxis(look, times, (iso) => format.tick(iso, span)),
      axisLine: { show: false, onZero: false },
    },
    yAxis: {
      ...valueAxis(look, (value) => format.change(value)),
      minInterval: 0,
      min: -1,
      max: Math.ceil(most * 4) / 4,
    },
    tooltip: axisTooltip(look, (lines) => {
      const result = looks[lines[0]?.dataIndex ?? -1];
      if (!result) return "";
      const change = result.change === null ? "–" : format.change(result.change);
      return tooltipHtml(format.dateTime(result.at), [
        { name: words.change, value: change, color: look.first },
        { name: words.interval, value: sayInterval(result, format, words) },
      ]);
    }),
    series: [...bandSeries(bounds, look.first), estimateSeries(looks, words, look)],
  });
}

export function verificationTable(looks: Looks, format: Format, words: VerificationWords): ChartTable {
  return {
    head: [words.time, words.change, words.interval],
    rows: looks.map((result) => [
      format.dateTime(result.at),
      result.change === null ? "–" : format.change(result.change),
      sayInterval(result, format, words),
    ]),
  };
}
