import { createAnomalyScore } from "@voxloop/analytics";
import { probationOf } from "./nab-score.ts";
import type { LabelledSeries } from "./series.ts";

/** Scores each point of a series; the higher, the stranger. None looks ahead, and none knows the windows. */
export type Detector = (series: Pick<LabelledSeries, "times" | "values">) => number[];

const DAY_MS = 86_400_000;
/** A measure never scatters less than this, so that a constant series divides by no zero. */
const LEAST = 1e-9;

/** Steps of a day, from the usual distance of two points. */
function dayOf(times: readonly number[]): number {
  const steps = times.slice(1).map((time, at) => time - (times[at] ?? 0));
  return Math.max(1, Math.round(DAY_MS / medianOf(steps)));
}

/** Ours, that forgets how far away it was within so many days. */
function ours(forgivingDays: number): Detector {
  return ({ times, values }) => {
    const day = dayOf(times);
    const score = createAnomalyScore({
      day,
      memory: 14 * day,
      spans: [1, 6, 24],
      probation: probationOf(values.length),
      forgiving: forgivingDays * day,
      isCount: false,
      quiet: day,
    });
    return values.map((value) => score(value).score);
  };
}

/** Deviations from the mean of the probationary part, for ever. */
const fixedThreshold: Detector = ({ values }) => {
  const known = values.slice(0, probationOf(values.length));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length;
  return values.map((value) => Math.abs(value - mean) / Math.max(LEAST, Math.sqrt(variance)));
};

/** Deviations from an exponentially weighted mean with the memory of a day. */
const ewma: Detector = ({ times, values }) => {
  const rate = 2 / (dayOf(times) + 1);
  let mean = values[0] ?? 0;
  let variance = 0;
  return values.map((value) => {
    const error = value - mean;
    const score = variance === 0 ? 0 : Math.abs(error) / Math.sqrt(variance);
    mean += rate * error;
    variance = (1 - rate) * (variance + rate * error ** 2);
    return score;
  });
};

/** Deviations from the median of the same time of the last seven days, by the median deviation of these. */
const seasonalMedian: Detector = ({ times, values }) => {
  const day = dayOf(times);
  return values.map((value, at) => {
    const same = [1, 2, 3, 4, 5, 6, 7].flatMap((days) => values[at - days * day] ?? []);
    if (same.length < 3) return 0;
    const median = medianOf(same);
    const deviation = 1.4826 * medianOf(same.map((one) => Math.abs(one - median)));
    return Math.abs(value - median) / Math.max(LEAST, deviation, Math.abs(median) / 100);
  });
};

/** The ratio to the value of a week ago, of whichever is the larger. */
const previousWeek: Detector = ({ times, values }) => {
  const week = 7 * dayOf(times);
  return values.map((value, at) => {
    const before = values[at - week];
    if (before === undefined) return 0;
    const ratio = (Math.abs(value) + LEAST) / (Math.abs(before) + LEAST);
    return Math.max(ratio, 1 / ratio);
  });
};

/** The same, told once: for a day after a point only what is stranger than it is told. */
function toldOnce(detector: Detector): Detector {
  return (series) => {
    const day = dayOf(series.times);
    let told = 0;
    let quietFor = 0;
    const probation = probationOf(series.values.length);
    return detector(series).map((score, at) => {
      if (quietFor === 0) told = 0;
      quietFor = Math.max(0, quietFor - 1);
      if (at < probation || score <= told) return 0;
      told = score;
      quietFor = day;
      return score;
    });
  };
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

export const DETECTORS: Record<string, Detector> = {
  "VoxLoop: seasonal forecast, furthest error": ours(Infinity),
  "VoxLoop, forgetting within a week": ours(7),
  "fixed threshold": fixedThreshold,
  "fixed threshold, told once a day": toldOnce(fixedThreshold),
  "EWMA z-score": ewma,
  "EWMA z-score, told once a day": toldOnce(ewma),
  "7-day seasonal median": seasonalMedian,
  "7-day seasonal median, told once a day": toldOnce(seasonalMedian),
  "previous-week ratio": previousWeek,
  "previous-week ratio, told once a day": toldOnce(previousWeek),
};
