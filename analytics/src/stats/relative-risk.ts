import { Z } from "./normal.ts";
import { twoSided } from "./normal-tail.ts";

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
