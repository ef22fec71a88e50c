import { createSeasonalForecast, type Season } from "./seasonal-forecast.ts";

export interface AnomalyOptions extends Season {
  /** Numbers of steps over whose mean it looks: short ones see spikes, long ones see what lasts. */
  spans: readonly number[];
  /** Steps from which it learns before it says anything. */
  probation: number;
  /** Steps after which a step that was far away counts for 37 % of that; Infinity: nothing is forgotten. */
  forgiving: number;
  /** Counts of independent happenings, which scatter by the root of their expectation whatever was seen; else any measure. */
  isCount: boolean;
  /** Steps for which, after it told something, only something stranger is told. */
  quiet: number;
}

/** What it says about a step. */
export interface AnomalyPoint {
  /** 0..1; 0.5: at the edge of the expected range; 2/3: twice as far away from what was expected. 0 while it learns. */
  score: number;
  /** The mean of the last `span` steps: the span in which they are the strangest. */
  span: number;
  observed: number;
  expected: number;
  /** What this step alone was expected to be. */
  forecast: number;
  /** The expected range of `observed`. */
  low: number;
  high: number;
}

/** Poisson counts leave this many standard deviations less than once in a million steps. */
const COUNT_DEVIATIONS = 5;

/**
 * Scores the steps of a series as they come: how far the mean of the last steps is away from its seasonal forecast, against
 * the furthest that it was before, over several spans at once. That the furthest of n errors is passed by the next with probability
 * 1 / (n + 1), whatever their distribution, is the conformal argument (V. Vovk et al., "Algorithmic Learning in a Random World", 2005),
 * and what makes one threshold do for all series; looking at means of errors is from A. Lavin and S. Ahmad's likelihood
 * ("Evaluating Real-Time Anomaly Detection Algorithms", 2015). Counts are compared as 2 sqrt(x + 3/8), which makes the variance of
 * a Poisson count 1 (F. J. Anscombe, Biometrika 35, 1948). A lasting change is told once, because it is then the furthest.
 */
export function createAnomalyScore(options: AnomalyOptions): (value: number | null) => AnomalyPoint {
  const { spans, probation, isCount, quiet, forgiving } = options;
  const scale = isCount ? COUNTS : MEASURES;
  const forecast = createSeasonalForecast(options);
  const least = isCount ? COUNT_DEVIATIONS : 0;
  const windows = spans.map((span) =>
    createWindow({ span, least: least / Math.sqrt(span), keep: 1 - 1 / forgiving }),
  );
  let known = 0;
  let told = 0;
  let quietFor = 0;
  return (value) => {
    const expected = forecast.expected();
    const seen = value === null ? null : { value: scale.to(value), expected };
    const looks = windows.map((window) => window(seen));
    forecast.learn(seen?.value ?? null);
    if (value !== null) known += 1;
    const strangest = looks.reduce((a, b) => (b.ratio > a.ratio ? b : a), NOTHING);
    if (quietFor === 0) told = 0;
    quietFor = Math.max(0, quietFor - 1);
    const isTold = value !== null && known > probation && strangest.ratio > told;
    if (isTold) {
      told = strangest.ratio;
      quietFor = quiet;
    }
    const look =
      strangest.span === 0 ? { ...NOTHING, span: 1, mean: seen?.value ?? expected, expected } : strangest;
    return {
      score: isTold ? look.ratio / (1 + look.ratio) : 0,
      span: look.span,
      observed: scale.from(look.mean),
      expected: scale.from(look.expected),
      forecast: scale.from(expected),
      low: scale.from(look.expected - look.furthest),
      high: scale.from(look.expected + look.furthest),
    };
  };
}

interface Look {
  span: number;
  mean: number;
  expected: number;
  /** The furthest that the mean was away from what was expected. */
  furthest: number;
  ratio: number;
}

const NOTHING: Look = { span: 0, mean: 0, expected: 0, furthest: 0, ratio: 0 };

type Step = { value: number; expected: number } | null;

/** The mean of the last `span` steps against the furthest it was; nothing while one of them is unknown. */
function createWindow(of: { span: number; least: number; keep: number }): (step: Step) => Look {
  const { span, least, keep } = of;
  const ring: Step[] = Array.from({ length: span }, () => null);
  let at = 0;
  let unknown = span;
  let values = 0;
  let expectations = 0;
  let furthest = least;
  return (step) => {
    const gone = ring[at] ?? null;
    ring[at] = step;
    at = (at + 1) % span;
    unknown += Number(step === null) - Number(gone === null);
    values += (step?.value ?? 0) - (gone?.value ?? 0);
    expectations += (step?.expected ?? 0) - (gone?.expected ?? 0);
    if (unknown > 0) return NOTHING;
    const mean = values / span;
    const expected = expectations / span;
    const away = Math.abs(mean - expected);
    const look = { span, mean, expected, furthest, ratio: furthest > 0 ? away / furthest : 0 };
    furthest = Math.max(least, furthest * keep, away);
    return look;
  };
}

const MEASURES = { to: (value: number) => value, from: (value: number) => value };

const NO_COUNT = 2 * Math.sqrt(3 / 8);
const COUNTS = {
  to: (count: number) => 2 * Math.sqrt(count + 3 / 8),
  from: (root: number) => Math.max(0, (Math.max(NO_COUNT, root) / 2) ** 2 - 3 / 8),
};
