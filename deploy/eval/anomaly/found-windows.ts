import { probationOf, type Judged } from "./nab-score.ts";

export interface Found {
  windows: number;
  /** Windows with an alarm in them. */
  found: number;
  /** Runs of alarms, one step after the other, outside of windows. */
  falseAlarms: number;
  /** Where in its window the first alarm is, 0 = at the start; the median over those found. */
  medianDelay: number | null;
  precision: number | null;
  recall: number;
  f1: number;
}

/** Windows found and false alarms at a threshold, which may differ by series. */
export function countFound(all: readonly Judged[], thresholdOf: (name: string) => number): Found {
  const delays: number[] = [];
  let falseAlarms = 0;
  for (const series of all) {
    const alarms = alarmsOf(series, thresholdOf(series.name));
    for (const { first, last } of series.windows) {
      const at = alarms.find((alarm) => alarm >= first && alarm <= last);
      if (at !== undefined) delays.push((at - first) / (last - first + 1));
    }
    const outside = alarms.filter((at) => series.windows.every(({ first, last }) => at < first || at > last));
    falseAlarms += outside.filter((at, index) => outside[index - 1] !== at - 1).length;
  }
  const windows = all.reduce((sum, series) => sum + series.windows.length, 0);
  const found = delays.length;
  return {
    windows,
    found,
    falseAlarms,
    medianDelay: delays.toSorted((a, b) => a - b)[Math.floor(found / 2)] ?? null,
    precision: found + falseAlarms === 0 ? null : found / (found + falseAlarms),
    recall: found / windows,
    f1: (2 * found) / (windows + found + falseAlarms),
  };
}

function alarmsOf({ scores }: Judged, threshold: number): number[] {
  const probation = probationOf(scores.length);
  return scores.flatMap((score, at) => (at >= probation && score > 0 && score >= threshold ? [at] : []));
}
