import type { AdoptionCurve } from "@voxloop/analytics/shapes";
import type { Look } from "#charts/look.ts";
import { axisTooltip, base, categoryAxis, tooltipHtml, valueAxis, type ChartTable } from "#charts/parts.ts";
import type { Format } from "#format.ts";

export interface AdoptionWords {
  others: string;
  active: string;
  time: string;
}

const COLORS = ["first", "second", "third", "fourth"] as const;
/** Below it, shares jump about with each customer. */
const FEWEST = 30;

export interface AdoptionLine {
  name: string;
  color: (typeof COLORS)[number] | "quiet";
  customers: number[];
}

/** The four releases with most customers, newest first, and all others together; without others when there are none. */
export function linesOf({ series, times }: AdoptionCurve, words: AdoptionWords): AdoptionLine[] {
  const named = series.filter((line) => line.version !== "" && sum(line) > 0);
  const shown = new Set(named.toSorted((a, b) => sum(b) - sum(a)).slice(0, COLORS.length));
  const lines = named
    .filter((line) => shown.has(line))
    .toReversed()
    .map(({ version, customers }, at): AdoptionLine => ({
      name: version,
      color: COLORS[at] ?? "quiet",
      customers,
    }));
  const rest = series.filter((line) => !shown.has(line));
  const others = times.map((_, at) => rest.reduce((total, { customers }) => total + (customers[at] ?? 0), 0));
  if (others.every((each) => each === 0)) return lines;
  return [...lines, { name: words.others, color: "quiet", customers: others }];
}

const sum = ({ customers }: { customers: number[] }) => customers.reduce((total, each) => total + each, 0);

/** Whether no step has customers enough to speak of shares. */
export const isTooFew = ({ customers }: AdoptionCurve): boolean => Math.max(0, ...customers) < FEWEST;

/** Null where nobody was active: no share, which is not a share of none. */
const shareAt = ({ customers }: Pick<AdoptionCurve, "customers">, line: AdoptionLine, at: number) => {
  const active = customers[at] ?? 0;
  return active === 0 ? null : (line.customers[at] ?? 0) / active;
};

/** The first release's share at the last step that had customers. */
export function lastShare(curve: AdoptionCurve, lines: readonly AdoptionLine[]): number {
  const [newest] = lines;
  const at = curve.customers.findLastIndex((active) => active > 0);
  return newest === undefined || at === -1 ? 0 : (shareAt(curve, newest, at) ?? 0);
}

/** Shares as areas on one another, the newest release at the bottom, to 100 %. */
export function buildAdoptionChart(curve: AdoptionCurve, format: Format, words: AdoptionWords) {
  const { times, customers } = curve;
  const lines = linesOf(curve, words);
  const span = Date.parse(times.at(-1) ?? "") - Date.parse(times[0] ?? "");
  const percent = (share: number) => format.percent(share, 0);
  return (look: Look) => ({
    ...base(look),
    xAxis: categoryAxis(look, times, (iso) => format.tick(iso, span)),
    yAxis: { ...valueAxis(look, percent), minInterval: 0, interval: 0.25, min: 0, max: 1 },
    tooltip: axisTooltip(look, (found) => {
      const at = found[0]?.dataIndex ?? -1;
      const time = times[at];
      if (time === undefined) return "";
      return tooltipHtml(format.dateTime(time), [
        ...lines.map((line) => ({
          name: line.name,
          value: sayShare(shareAt(curve, line, at), format),
          color: look[line.color],
        })),
        { name: words.active, value: format.integer(customers[at] ?? 0) },
      ]);
    }),
    series: lines.map((line) => ({
      name: line.name,
      type: "line",
      stack: "adoption",
      showSymbol: times.length === 1,
      lineStyle: { width: 1 },
      color: look[line.color],
      areaStyle: { opacity: 0.55 },
      data: times.map((_, at) => shareAt(curve, line, at)),
    })),
  });
}

const sayShare = (share: number | null, format: Format) => (share === null ? "–" : format.percent(share));

export function adoptionTable(curve: AdoptionCurve, format: Format, words: AdoptionWords): ChartTable {
  const lines = linesOf(curve, words);
  return {
    head: [words.time, ...lines.map(({ name }) => name), words.active],
    rows: curve.times.map((time, at) => [
      format.dateTime(time),
      ...lines.map((line) => sayShare(shareAt(curve, line, at), format)),
      format.integer(curve.customers[at] ?? 0),
    ]),
  };
}
