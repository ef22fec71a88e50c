import { createAnomalyScore, type AnomalyPoint } from "../stats/anomaly-score.ts";

/** A spike that is going on. Times are steps of the series that it was found in. */
export interface Spike {
  /** The first hour that was out of the expected range. */
  since: number;
  /** The hours that are told about: the last `span` up to this one. */
  at: number;
  span: number;
  observed: number;
  expected: number;
  low: number;
  high: number;
}

const DAY = 24;
const WEEK = 7 * DAY;
const OPTIONS = {
  day: DAY,
  memory: 2 * WEEK,
  spans: [1, 3, 6],
  probation: 2 * DAY,
  forgiving: WEEK,
  isCount: true,
  quiet: DAY,
};

/** A fifth further away than it ever was, lately: with 0.5 a busy series would be told of every few weeks. */
const ALARM = 0.55;
/** Fewer customers over its span are no spike, however few were expected. */
export const FEWEST_CUSTOMERS = 5;
/** So many hours in a row back in the ordinary, or unknown, end a spike. */
const CALM_HOURS = 2;
/** A spike that lasts longer is the new level. */
const LONGEST_HOURS = DAY;

/** The spike that goes on at the end of hourly counts (null: unknown), or undefined. Fewer than two days of counts have none. */
export function currentSpike(counts: readonly (number | null)[]): Spike | undefined {
  const score = createAnomalyScore(OPTIONS);
  let spike: Spike | undefined;
  let calm = 0;
  counts.forEach((count, at) => {
    const point = score(count);
    if (isAlarm(point)) {
      spike = { ...factsOf(point), since: spike?.since ?? Math.max(0, at + 1 - point.span), at };
      calm = 0;
    } else if (spike !== undefined) {
      calm = count !== null && goesOn(spike, { count, forecast: point.forecast }) ? 0 : calm + 1;
    }
    if (calm >= CALM_HOURS || at - (spike?.since ?? at) >= LONGEST_HOURS) spike = undefined;
    if (spike === undefined) calm = 0;
  });
  return spike;
}

function isAlarm({ score, observed, expected, span }: AnomalyPoint): boolean {
  return score >= ALARM && observed > expected && Math.round(observed * span) >= FEWEST_CUSTOMERS;
}

function factsOf({ span, observed, expected, low, high }: AnomalyPoint) {
  return { span, observed, expected, low, high };
}

/** Half of the way that made it a spike is still a spike: what is told shall not flicker. */
function goesOn(spike: Spike, { count, forecast }: { count: number; forecast: number }): boolean {
  return count - forecast > (spike.high - spike.expected) / 2;
}
