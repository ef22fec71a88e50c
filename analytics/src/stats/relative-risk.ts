import { Z } from "./normal.ts";

/** Units with and without a factor, and how many of each met the outcome. */
export interface TwoByTwo {
  exposed: number;
  exposedCases: number;
  unexposed: number;
  unexposedCases: number;
}

export interface RelativeRisk {
  /** Risk of the exposed divided by risk of the others. */
  relativeRisk: number;
  /** 95 % interval. */
  low: number;
  high: number;
  /** Two-sided, of no difference. */
  pValue: number;
}

/**
 * Relative risk with its 95 % interval by the log method: Katz, Baptista, Azen and Pike, "Obtaining confidence intervals
 * for the risk ratio in cohort studies", Biometrics 34(3), 1978. Where a side has no case, or nothing but cases, half a
 * unit is added to every cell (Haldane 1956, Anscombe 1956), so that the ratio and its error stay finite. Null when a side is empty.
 */
export function relativeRisk(table: TwoByTwo): RelativeRisk | null {
  const { exposed, exposedCases, unexposed, unexposedCases } = table;
  if (exposed === 0 || unexposed === 0) return null;
  const cells = [exposedCases, exposed - exposedCases, unexposedCases, unexposed - unexposedCases];
  const added = cells.includes(0) ? 0.5 : 0;
  const [a, n, c, m] = [
    exposedCases + added,
    exposed + 2 * added,
    unexposedCases + added,
    unexposed + 2 * added,
  ];
  const log = Math.log(a / n / (c / m));
  const error = Math.sqrt(1 / a - 1 / n + 1 / c - 1 / m);
  return {
    relativeRisk: Math.exp(log),
    low: Math.exp(log - Z * error),
    high: Math.exp(log + Z * error),
    pValue: twoSided(log / error),
  };
}

/** Chance that a standard normal variable is farther from 0 than z. */
function twoSided(z: number): number {
  return Math.min(1, complementaryError(Math.abs(z) / Math.SQRT2));
}

/**
 * erfc for x >= 0, to a relative error below 1.2e-7: the Chebyshev fit of Press, Teukolsky, Vetterling and Flannery,
 * "Numerical Recipes", 2nd edition, section 6.2.
 */
function complementaryError(x: number): number {
  const t = 1 / (1 + x / 2);
  const sum = CHEBYSHEV.reduceRight((rest, coefficient) => coefficient + t * rest, 0);
  return t * Math.exp(-x * x + sum);
}

const CHEBYSHEV = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
  -0.82215223, 0.17087277,
];
