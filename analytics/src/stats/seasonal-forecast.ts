/** What a series of equal steps is expected to be, learnt as it comes. */
export interface SeasonalForecast {
  /** What the next step is expected to be. */
  expected(): number;
  /** Tells what it was and goes on; null: nobody knows. */
  learn(value: number | null): void;
}

export interface Season {
  /** Steps of a day. */
  day: number;
  /** Steps in which the level follows a lasting change: it does so for 63 % of it. */
  memory: number;
}

const DAYS_OF_WEEK = 7;
/** A time of day is known by about the last this many days. */
const DAYS_KNOWN = 10;
/** A week's rhythm counts as much as the day's only once it was seen often: it starts with this many weeks without any. */
const WEEKS_DOUBTED = 2;
/** A step further away than this many typical errors teaches as if it were no further. */
const CLIP = 6;
/** From so many steps on, the typical error is known well enough to clip by. */
const CLIP_FROM = 50;

/**
 * Level, time of day and hour of week, added up: additive exponential smoothing without trend (P. R. Winters, "Forecasting Sales
 * by Exponentially Weighted Moving Averages", Management Science 6, 1960; two seasons as J. W. Taylor, 2003), each of which starts
 * as a plain mean, with errors clipped as S. Gelper, R. Fried and C. Croux, "Robust Forecasting with Exponential and Holt-Winters
 * Smoothing", Journal of Forecasting 29, 2010, do. A step costs the same however long the series is.
 */
export function createSeasonalForecast({ day, memory }: Season): SeasonalForecast {
  const byDay = createSlots(day, 0, 1 / DAYS_KNOWN);
  const byWeek = createSlots(day * DAYS_OF_WEEK, WEEKS_DOUBTED, 0);
  let level = 0;
  let typicalError = 0;
  let known = 0;
  let step = 0;
  const expected = () => level + byDay.at(step) + byWeek.at(step);

  function teach(value: number): void {
    known += 1;
    const rate = Math.max(1 / known, 1 / memory);
    if (known === 1) level = value;
    const error = value - expected();
    const limit = known > CLIP_FROM && typicalError > 0 ? CLIP * typicalError : Infinity;
    const clipped = Math.max(-limit, Math.min(limit, error));
    typicalError += rate * (Math.abs(clipped) - typicalError);
    const season = byDay.at(step) + byWeek.at(step);
    const taught = level + season + clipped;
    level += rate * clipped;
    byDay.learn(step, taught - level - byWeek.at(step));
    byWeek.learn(step, taught - level - byDay.at(step));
  }

  return {
    expected,
    learn(value) {
      if (value !== null) teach(value);
      step += 1;
    },
  };
}

/** What recurs every `size` steps: the mean of a slot's values, with `doubt` zeros before the first, forgotten at `rate` or less. */
function createSlots(size: number, doubt: number, rate: number) {
  const means = new Float64Array(size);
  const counts = new Uint32Array(size);
  return {
    at: (step: number): number => means[step % size] ?? 0,
    learn(step: number, value: number): void {
      const slot = step % size;
      const count = (counts[slot] ?? 0) + 1;
      const mean = means[slot] ?? 0;
      counts[slot] = count;
      means[slot] = mean + Math.max(1 / (count + doubt), rate) * (value - mean);
    },
  };
}
