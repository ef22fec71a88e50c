/* The Numenta Anomaly Benchmark's scoring, after A. Lavin and S. Ahmad, "Evaluating Real-Time Anomaly Detection Algorithms", ICMLA 2015, and nab/sweeper.py. */

/** What the standard profile gives for a window found at once, and takes for a missed one and for a false alarm. */
const FOUND = 1;
const MISSED = 1;
const FALSE_ALARM = 0.11;
const PROBATION = 0.15;
/** NAB lets nobody learn for longer than from this many points. */
const LONGEST_LEARNT_FROM = 5000;

/** A series' points that are inside of an anomaly: first and last index, both inside. */
export interface Window {
  first: number;
  last: number;
}

/** What an alarm at one point is worth. */
interface PointWorth {
  /** The window it lies in; -1: none, so that the alarm is false. */
  window: number;
  worth: number;
}

export interface Judged {
  name: string;
  windows: readonly Window[];
  /** The detector's score of each point, 0..1. */
  scores: readonly number[];
}

export function probationOf(points: number): number {
  return Math.floor(PROBATION * Math.min(points, LONGEST_LEARNT_FROM));
}

/** 1 far inside of a window, 0 at its end, -1 far behind it. */
export function scaledSigmoid(position: number): number {
  return position > 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1;
}

/** What an alarm at each point is worth: up to 1 at a window's start, about 0 at its end, down to -0.11 outside. */
export function worthOf(points: number, windows: readonly Window[]): PointWorth[] {
  let next = 0;
  return Array.from({ length: points }, (_, at) => {
    const passed = windows[next];
    if (passed !== undefined && at > passed.last) next += 1;
    const window = windows[next];
    if (window !== undefined && at >= window.first) {
      const width = window.last - window.first + 1;
      const position = -(window.last - at + 1) / width;
      return { window: next, worth: (FOUND * scaledSigmoid(position)) / scaledSigmoid(-1) };
    }
    const before = windows[next - 1];
    if (before === undefined) return { window: -1, worth: -FALSE_ALARM };
    const position = (at - before.last) / Math.max(1, before.last - before.first);
    return { window: -1, worth: FALSE_ALARM * scaledSigmoid(position) };
  });
}

export interface Sweep {
  threshold: number;
  /** 0: as good as never alarming; 100: each window found at its first point, and nothing else. */
  score: number;
}

/**
 * The threshold, one for all series, at which a detector scores best, and the score. Of the alarms inside of a window only the
 * most valuable counts; those of a series' probationary first points do not count.
 */
export function bestThreshold(all: readonly Judged[]): Sweep {
  const points = all.flatMap((series, index) =>
    alarmsOf(series).map((alarm) => ({ ...alarm, series: index })),
  );
  points.sort((a, b) => b.score - a.score);
  const windows = all.reduce((sum, one) => sum + one.windows.length, 0);
  const found = new Map<string, number>();
  let raw = -MISSED * windows;
  let best: Sweep = { threshold: Infinity, score: 0 };
  points.forEach(({ score, window, worth, series }, index) => {
    if (window === -1) raw += worth;
    else {
      const key = `${series}:${window}`;
      const before = found.get(key) ?? -MISSED;
      raw += Math.max(0, worth - before);
      found.set(key, Math.max(before, worth));
    }
    if (points[index + 1]?.score === score) return;
    const normalised = normalise(raw, windows);
    if (normalised > best.score) best = { threshold: score, score: normalised };
  });
  return best;
}

/** The score at a threshold, as `bestThreshold` gives it. */
export function scoreAt(all: readonly Judged[], thresholdOf: (name: string) => number): number {
  const windows = all.reduce((sum, one) => sum + one.windows.length, 0);
  const raw = all.reduce((sum, series) => sum + rawScore(series, thresholdOf(series.name)), 0);
  return normalise(raw, windows);
}

function rawScore(series: Judged, threshold: number): number {
  const found = series.windows.map(() => -MISSED);
  let falseAlarms = 0;
  for (const { score, window, worth } of alarmsOf(series)) {
    if (score < threshold) continue;
    if (window === -1) falseAlarms += worth;
    else found[window] = Math.max(found[window] ?? -MISSED, worth);
  }
  return falseAlarms + found.reduce((sum, worth) => sum + worth, 0);
}

function alarmsOf({ scores, windows }: Judged) {
  const probation = probationOf(scores.length);
  return worthOf(scores.length, windows)
    .map((point, at) => ({ ...point, score: scores[at] ?? 0 }))
    .slice(probation)
    .filter(({ score }) => score > 0);
}

function normalise(raw: number, windows: number): number {
  const nothing = -MISSED * windows;
  const perfect = FOUND * windows;
  return (100 * (raw - nothing)) / (perfect - nothing);
}
