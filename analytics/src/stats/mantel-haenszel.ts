import { Z } from "./normal.ts";
import { FEWEST_ANSWERS } from "./nps.ts";
import type { TwoByTwo } from "./relative-risk.ts";
import type { ShareGap } from "./share.ts";

export interface StratifiedGap extends ShareGap {
  /** Exposed units of strata that have others too: only these can be compared. */
  compared: number;
}

/**
 * The share of cases among the exposed minus that among the others, compared within strata only, over all strata: Mantel and
 * Haenszel's weights, with the variance of Sato, "On the variance estimator for the Mantel-Haenszel risk difference",
 * Biometrics 45, 1989, which holds for few large strata as for many small ones. Null when no stratum has both sides.
 */
export function stratifiedGap(strata: readonly TwoByTwo[]): StratifiedGap {
  const usable = strata.filter(({ exposed, unexposed }) => exposed > 0 && unexposed > 0);
  const sum = (of: (stratum: TwoByTwo) => number) =>
    usable.reduce((total, stratum) => total + of(stratum), 0);
  const compared = sum(({ exposed }) => exposed);
  const tooFew =
    Math.min(
      compared,
      sum(({ unexposed }) => unexposed),
    ) < FEWEST_ANSWERS;
  if (usable.length === 0) return { gap: null, low: null, high: null, tooFew, compared };
  const weight = sum(({ exposed, unexposed }) => (exposed * unexposed) / (exposed + unexposed));
  const gap =
    sum(
      (of) => (of.exposedCases * of.unexposed - of.unexposedCases * of.exposed) / (of.exposed + of.unexposed),
    ) / weight;
  if (tooFew) return { gap, low: null, high: null, tooFew, compared };
  const width = (Z * Math.sqrt(Math.max(0, gap * sum(linear) + sum(constant)))) / weight;
  return { gap, low: Math.max(-1, gap - width), high: Math.min(1, gap + width), tooFew, compared };
}

/** Sato's P. */
function linear({ exposed, exposedCases, unexposed, unexposedCases }: TwoByTwo): number {
  const half = (exposed * unexposed * (unexposed - exposed)) / 2;
  return (exposed ** 2 * unexposedCases - unexposed ** 2 * exposedCases + half) / (exposed + unexposed) ** 2;
}

/** Sato's Q. */
function constant({ exposed, exposedCases, unexposed, unexposedCases }: TwoByTwo): number {
  const crossed = exposedCases * (unexposed - unexposedCases) + unexposedCases * (exposed - exposedCases);
  return crossed / (2 * (exposed + unexposed));
}
