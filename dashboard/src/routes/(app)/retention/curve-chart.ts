import type { RetentionResult } from "@voxloop/analytics/shapes";
import type { Look } from "#charts/look.ts";
import { axisTooltip, base, categoryAxis, tooltipHtml, valueAxis, type ChartTable } from "#charts/parts.ts";
import type { Format } from "#format.ts";

export interface CurveWords {
  all: string;
  others: string;
  unknown: string;
  period: string;
  nth: (n: number) => string;
}

const COLORS = ["first", "second", "third", "fourth"] as const;

interface Line {
  name: string;
  color: (typeof COLORS)[number] | "quiet";
  totals: RetentionResult["totals"];
}

/** All cohorts together, or the four largest segments with all for comparison. */
export function linesOf({ totals, segments }: RetentionResult, words: CurveWords): Line[] {
  const all = { name: words.all, totals };
  if (segments.length === 0) return [{ ...all, color: "first" }];
  const named = segments.slice(0, COLORS.length).map((segment, at): Line => ({
    name: segment.value === null ? words.others : segment.value || words.unknown,
    color: COLORS[at] ?? "quiet",
    totals: segment.totals,
  }));
  return [...named, { ...all, color: "quiet" }];
}

/** Null of too few, where a share would jump about. */
const shareOf = ({ share, tooFew }: Line["totals"][number]) => (tooFew ? null : share);

export const isTooFew = ({ totals }: RetentionResult): boolean => totals.every(({ tooFew }) => tooFew);

/** The share that returned by the distance from the start. */
export function buildCurveChart(result: RetentionResult, format: Format, words: CurveWords) {
  const lines = linesOf(result, words);
  const places = result.totals.map((_, at) => words.nth(at + 1));
  return (look: Look) => ({
    ...base(look),
    xAxis: categoryAxis(look, places, (place) => place),
    yAxis: { ...valueAxis(look, (share) => format.percent(share, 0)), minInterval: 0, min: 0 },
    tooltip: axisTooltip(look, (found) => {
      const at = found[0]?.dataIndex ?? -1;
      return tooltipHtml(
        places[at] ?? "",
        lines.map((line) => ({
          name: line.name,
          value: sayShare(line.totals[at], format),
          color: look[line.color],
        })),
      );
    }),
    series: lines.map(({ name, color, totals }) => ({
      name,
      type: "line",
      color: look[color],
      symbolSize: 5,
      lineStyle: { width: color === "quiet" ? 1.5 : 2, type: color === "quiet" ? "dashed" : "solid" },
      data: totals.map(shareOf),
    })),
  });
}

function sayShare(total: Line["totals"][number] | undefined, format: Format): string {
  if (total === undefined || total.share === null || total.low === null || total.high === null) return "–";
  if (total.tooFew) return `${format.integer(total.cases)} / ${format.integer(total.of)}`;
  return `${format.percent(total.share)} (${format.percent(total.low)}–${format.percent(total.high)})`;
}

/** Every segment, with intervals. */
export function curveTable(result: RetentionResult, format: Format, words: CurveWords): ChartTable {
  const { totals, segments } = result;
  const columns = [
    { name: words.all, totals },
    ...segments.map(({ value, totals: own }) => ({
      name: value === null ? words.others : value || words.unknown,
      totals: own,
    })),
  ];
  return {
    head: [words.period, ...columns.map(({ name }) => name)],
    rows: totals.map((_, at) => [
      words.nth(at + 1),
      ...columns.map((column) => sayShare(column.totals[at], format)),
    ]),
  };
}
