import { join } from "node:path";
import { table } from "../../bench/table.ts";
import { DETECTORS } from "./detectors.ts";
import { countFound } from "./found-windows.ts";
import { bestThreshold, scoreAt, type Judged } from "./nab-score.ts";
import { readSeries, type LabelledSeries } from "./series.ts";

const TUNED = "NAB's rule";

/** How well anomalies are found in the Numenta Anomaly Benchmark, a row a detector and way to choose its threshold. */
export async function anomalyTable(data: string): Promise<string> {
  const series = await readSeries(join(data, "anomaly"));
  const rows = Object.entries(DETECTORS).flatMap(([detector, scoresOf], index) => {
    const judged = series.map((one) => ({ ...one, scores: scoresOf(one) }));
    const { threshold } = bestThreshold(judged);
    const tuned = rowOf(judged, { detector, chosen: TUNED, thresholdOf: () => threshold });
    return index > 0 ? [tuned] : [tuned, ...ruledRows(judged, detector)];
  });
  const windows = series.reduce((sum, one) => sum + one.windows.length, 0);
  return `${series.length} series, ${windows} windows\n\n${table(rows)}`;
}

/** The same detector with thresholds that no label of the series itself had a part in. */
function ruledRows(judged: readonly (Judged & LabelledSeries)[], detector: string) {
  const without = (isLeftOut: (name: string) => boolean) =>
    bestThreshold(judged.filter(({ name }) => !isLeftOut(name))).threshold;
  const byName = new Map(judged.map(({ name }) => [name, without((other) => other === name)]));
  const byFamily = new Map(
    judged.map(({ name }) => [name, without((other) => familyOf(other) === familyOf(name))]),
  );
  return [
    rowOf(judged, { detector, chosen: "on the other series", thresholdOf: (name) => byName.get(name) ?? 1 }),
    rowOf(judged, {
      detector,
      chosen: "on the other families",
      thresholdOf: (name) => byFamily.get(name) ?? 1,
    }),
    rowOf(judged, { detector, chosen: "0.5, without labels", thresholdOf: () => 0.5 }),
  ];
}

const familyOf = (name: string) => name.split("/")[0];

function rowOf(
  judged: readonly Judged[],
  of: { detector: string; chosen: string; thresholdOf: (name: string) => number },
): Record<string, string> {
  const found = countFound(judged, of.thresholdOf);
  return {
    detector: of.detector,
    "threshold chosen": of.chosen,
    "NAB standard": scoreAt(judged, of.thresholdOf).toFixed(1),
    found: String(found.found),
    "false alarms": String(found.falseAlarms),
    precision: found.precision?.toFixed(2) ?? "–",
    recall: found.recall.toFixed(2),
    F1: found.f1.toFixed(2),
    "median delay": found.medianDelay?.toFixed(2) ?? "–",
  };
}
