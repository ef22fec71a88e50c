import type { ExperienceIndex } from "@voxloop/analytics/shapes";
import { bandSeries } from "#charts/band.ts";
import type { Look } from "#charts/look.ts";
import { axisTooltip, base, categoryAxis, tooltipHtml, valueAxis, type ChartTable } from "#charts/parts.ts";
import type { Format } from "#format.ts";

type Trend = ExperienceIndex["trend"];
type Course = Pick<ExperienceIndex, "trend" | "goal">;

export interface TrendWords {
  from: string;
  index: string;
  interval: string;
  goal: string;
  partial: string;
}

/** The index a day or week with its interval and the goal; one that is not whole is hollow, without data a gap. */
export function buildTrendChart({ trend, goal }: Course, format: Format, words: TrendWords) {
  const steps = trend.map(({ from }) => from);
  return (look: Look) => ({
    ...base(look),
    xAxis: categoryAxis(look, steps, format.day),
    yAxis: { ...valueAxis(look, format.integer), ...boundsOf(trend, goal) },
    tooltip: axisTooltip(look, (lines) => {
      const point = trend[lines[0]?.dataIndex ?? -1];
      if (!point) return "";
      return tooltipHtml(sayStep(point, format, words), [
        { name: words.index, value: sayValue(point.value, format), color: look.first },
        { name: words.interval, value: sayInterval(point, format) },
        ...(goal === null ? [] : [{ name: words.goal, value: format.decimal(goal) }]),
      ]);
    }),
    series: [
      ...bandSeries(trend, look.first),
      {
        type: "line",
        name: words.index,
        color: look.first,
        lineStyle: { width: 2 },
        symbolSize: 6,
        data: trend.map(({ value, isPartial }) => ({ value, symbol: isPartial ? "emptyCircle" : "circle" })),
        ...(goal !== null && goalLine(goal, look, words)),
      },
    ],
  });
}

/** A part of 0 to 100 in which a change of a point can be seen, with the goal in it; the band is stacked, so that zero would count. */
function boundsOf(trend: Trend, goal: number | null): { min: number; max: number; interval: number } {
  const known = trend.flatMap(({ low, high }) => (low === null || high === null ? [] : [low, high]));
  const all = goal === null ? known : [...known, goal];
  if (all.length === 0) return { min: 0, max: 100, interval: 20 };
  const [lowest, highest] = [Math.min(...all) - 1, Math.max(...all) + 1];
  const interval = highest - lowest <= 20 ? 5 : highest - lowest <= 40 ? 10 : 20;
  return {
    min: Math.max(0, interval * Math.floor(lowest / interval)),
    max: Math.min(100, interval * Math.ceil(highest / interval)),
    interval,
  };
}

function goalLine(goal: number, look: Look, words: TrendWords) {
  return {
    markLine: {
      symbol: "none",
      silent: true,
      label: { color: look.text, fontSize: 11, position: "insideStartTop", formatter: words.goal },
      lineStyle: { color: look.good, type: "dashed", width: 1.5 },
      data: [{ yAxis: goal }],
    },
  };
}

const sayValue = (value: number | null, format: Format) => (value === null ? "–" : format.decimal(value));

function sayInterval({ low, high }: Trend[number], format: Format): string {
  return low === null || high === null ? "–" : `${format.decimal(low)} … ${format.decimal(high)}`;
}

function sayStep({ from, isPartial }: Trend[number], format: Format, words: TrendWords): string {
  return isPartial ? `${format.day(from)} (${words.partial})` : format.day(from);
}

export function trendTable({ trend }: Course, format: Format, words: TrendWords): ChartTable {
  return {
    head: [words.from, words.index, words.interval],
    rows: trend.map((point) => [
      sayStep(point, format, words),
      sayValue(point.value, format),
      sayInterval(point, format),
    ]),
  };
}
