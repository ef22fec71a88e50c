import type { FrequencyResult } from "@voxloop/analytics/shapes";
import type { Look } from "#charts/look.ts";
import { axisTooltip, base, categoryAxis, tooltipHtml, valueAxis, type ChartTable } from "#charts/parts.ts";
import type { Format } from "#format.ts";

export interface LifecycleWords {
  period: string;
  new: string;
  returning: string;
  resurrecting: string;
  dormant: string;
  running: string;
}

/** From the bottom up; who is away stands below zero. */
export const KINDS = [
  { kind: "returning", color: "first" },
  { kind: "resurrecting", color: "third" },
  { kind: "new", color: "fourth" },
  { kind: "dormant", color: "quiet" },
] as const;

type Period = FrequencyResult["periods"][number];

const sayPeriod = ({ from, isOver }: Period, format: Format, words: LifecycleWords) =>
  isOver ? format.day(from) : `${format.day(from)} (${words.running})`;

const sayCount = (count: number | null, format: Format) => (count === null ? "–" : format.integer(count));

export function buildLifecycleChart({ periods }: FrequencyResult, format: Format, words: LifecycleWords) {
  return (look: Look) => ({
    ...base(look),
    xAxis: {
      ...categoryAxis(
        look,
        periods.map(({ from }) => from),
        format.day,
      ),
      boundaryGap: true,
      // Labels stand at the bottom, not at zero amid the bars.
      axisLine: { onZero: false, lineStyle: { color: look.border } },
    },
    yAxis: valueAxis(look, (value) => format.compact(Math.abs(value))),
    tooltip: axisTooltip(look, (lines) => {
      const period = periods[lines[0]?.dataIndex ?? -1];
      if (!period) return "";
      return tooltipHtml(
        sayPeriod(period, format, words),
        KINDS.map(({ kind, color }) => ({
          name: words[kind],
          value: sayCount(period[kind], format),
          color: look[color],
        })),
      );
    }),
    series: KINDS.map(({ kind, color }) => ({
      name: words[kind],
      type: "bar",
      stack: "lifecycle",
      color: look[color],
      barMaxWidth: 28,
      data: periods.map((period) => ({
        value: kind === "dormant" ? -(period.dormant ?? 0) : period[kind],
        ...(!period.isOver && { itemStyle: { opacity: 0.5 } }),
      })),
    })),
  });
}

export function lifecycleTable(
  { periods }: FrequencyResult,
  format: Format,
  words: LifecycleWords,
): ChartTable {
  return {
    head: [words.period, ...KINDS.map(({ kind }) => words[kind])],
    rows: periods.map((period) => [
      sayPeriod(period, format, words),
      ...KINDS.map(({ kind }) => sayCount(period[kind], format)),
    ]),
  };
}

export interface StickinessWords {
  periods: string;
  customers: string;
  share: string;
}

/** Of all customers, how many were active in just so many periods. */
export function buildStickinessChart(
  { stickiness }: FrequencyResult,
  format: Format,
  words: StickinessWords,
) {
  return (look: Look) => ({
    ...base(look),
    xAxis: {
      ...categoryAxis(
        look,
        stickiness.map(({ periods }) => String(periods)),
        (n) => n,
      ),
      boundaryGap: true,
    },
    yAxis: { ...valueAxis(look, (share) => format.percent(share, 0)), minInterval: 0, min: 0 },
    tooltip: axisTooltip(look, (lines) => {
      const found = stickiness[lines[0]?.dataIndex ?? -1];
      if (!found) return "";
      return tooltipHtml(`${words.periods}: ${found.periods}`, [
        { name: words.customers, value: format.integer(found.share.cases), color: look.first },
        { name: words.share, value: format.percent(found.share.share ?? 0) },
      ]);
    }),
    series: [
      {
        name: words.share,
        type: "bar",
        color: look.first,
        barMaxWidth: 28,
        itemStyle: { borderRadius: [3, 3, 0, 0] },
        data: stickiness.map(({ share }) => share.share),
      },
    ],
  });
}

export function stickinessTable(
  { stickiness }: FrequencyResult,
  format: Format,
  words: StickinessWords,
): ChartTable {
  return {
    head: [words.periods, words.customers, words.share],
    rows: stickiness.map(({ periods, share }) => [
      format.integer(periods),
      format.integer(share.cases),
      share.share === null ? "–" : format.percent(share.share),
    ]),
  };
}
