import { npsOf } from "../stats/nps.ts";
import { shareOf } from "../stats/share.ts";
import { PARTS, type Part, type Weights } from "./experience-index.ts";

/** How many units got 0, 50 and 100 points. */
export interface Tally {
  zero: number;
  half: number;
  full: number;
}

export interface Interval {
  value: number;
  low: number;
  high: number;
}

/** The mean points of a part's units. */
export type PartEstimate = { units: number; tooFew: boolean } & (
  | Interval
  | { value: null; low: null; high: null }
);

export type PartEstimates = Record<Part, PartEstimate>;

/** Parts whose units are good or not; those of the others can be in between. */
const IS_SHARE: Record<Part, boolean> = {
  success: true,
  errorFree: true,
  speed: true,
  satisfaction: false,
  sentiment: false,
};

export function addUp(tallies: readonly Tally[]): Tally {
  const sum = { zero: 0, half: 0, full: 0 };
  for (const { zero, half, full } of tallies) {
    sum.zero += zero;
    sum.half += half;
    sum.full += full;
  }
  return sum;
}

/** A share's interval is Wilson's; of what can be in between it is that of the NPS, which is the same mean on another scale. */
export function estimateOf(part: Part, { zero, half, full }: Tally): PartEstimate {
  if (IS_SHARE[part]) {
    const { share, low, high, of: units, tooFew } = shareOf(full, zero + full);
    if (share === null) return { units, tooFew, value: null, low: null, high: null };
    return { units, tooFew, value: 100 * share, low: 100 * low, high: 100 * high };
  }
  const {
    nps,
    low,
    high,
    answers: units,
    tooFew,
  } = npsOf({ detractors: zero, passives: half, promoters: full });
  if (nps === null || low === null || high === null)
    return { units, tooFew, value: null, low: null, high: null };
  return { units, tooFew, value: (nps + 100) / 2, low: (low + 100) / 2, high: (high + 100) / 2 };
}

/** What each part weighs, 0 to 1: weights of parts that are not among these are spread over those that are. */
export function sharesOf(weights: Weights, parts: readonly Part[]): Weights {
  const sum = parts.reduce((total, part) => total + weights[part], 0);
  const share = (part: Part) => (sum > 0 && parts.includes(part) ? weights[part] / sum : 0);
  return Object.fromEntries(PARTS.map((part) => [part, share(part)])) as Weights;
}

/** Parts with enough units in all of these. */
export function partsWithEnough(...all: readonly PartEstimates[]): Part[] {
  return PARTS.filter((part) => all.every((estimates) => !estimates[part].tooFew));
}

/**
 * A weighted sum of independent estimates, its interval from theirs: the method of variance estimates recovery of Zou & Donner,
 * "Construction of confidence limits about effect measures: a general approach", Statistics in Medicine 27, 2008. Weights may be
 * negative, so that it tells a difference as well. Undefined when nothing weighs anything.
 */
export function weigh(terms: readonly { weight: number; of: Interval }[]): Interval | undefined {
  if (terms.every(({ weight }) => weight === 0)) return undefined;
  let [value, below, above] = [0, 0, 0];
  for (const { weight, of } of terms) {
    const [down, up] = [weight * (of.value - of.low), weight * (of.high - of.value)];
    value += weight * of.value;
    below += (weight > 0 ? down : up) ** 2;
    above += (weight > 0 ? up : down) ** 2;
  }
  return { value, low: value - Math.sqrt(below), high: value + Math.sqrt(above) };
}

/** The index by its parts; undefined when none that weighs anything is known. */
export function indexOf(estimates: PartEstimates, shares: Weights): Interval | undefined {
  const terms = PARTS.flatMap((part) => {
    const of = estimates[part];
    return of.value === null ? [] : [{ weight: shares[part], of }];
  });
  return weigh(terms);
}

/** What was measured here, and for parts with too few of `needed` the whole's value, so that one can be compared with another. */
export function withStandIns(
  own: PartEstimates,
  whole: PartEstimates,
  needed: readonly Part[],
): { estimates: PartEstimates; standIns: Part[] } {
  const standIns = needed.filter((part) => own[part].tooFew);
  const estimates = { ...own };
  for (const part of standIns) estimates[part] = whole[part];
  return { estimates, standIns };
}
