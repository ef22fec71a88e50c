import { Z } from "./normal.ts";
import { twoSided } from "./normal-tail.ts";
import type { RelativeRisk, TwoByTwo } from "./relative-risk.ts";

/**
 * Relative risk within strata only, over all strata: Mantel and Haenszel's ratio (Rothman, "Modern Epidemiology"; Tarone, Journal of
 * Chronic Diseases 34, 1981) with the p-value of their test. Its error is that of Greenland and Robins, Biometrics 41, 1985, in terms of
 * the common ratio and without the bias of small strata; of a large one it is Katz's. `repeats`: in how many strata one unexposed unit is counted on average; the
 * part of the variance that is theirs is as many times as large. Where a side has no case, half a unit is added to every cell
 * of a stratum of one and one. Null when no stratum has both sides, or all units are cases, or none.
 */
export function stratifiedRisk(strata: readonly TwoByTwo[], repeats = 1): RelativeRisk | null {
  const usable = strata.filter(({ exposed, unexposed }) => exposed > 0 && unexposed > 0);
  const variance = sumOf(usable, (table) => scoreVariance(table, repeats));
  if (variance === 0) return null;
  const score = sumOf(usable, exposedWeight) - sumOf(usable, unexposedWeight);
  const pValue = twoSided(score / Math.sqrt(variance));
  const isFinite = sumOf(usable, exposedWeight) > 0 && sumOf(usable, unexposedWeight) > 0;
  return { ...ratioOf(isFinite ? usable : [...usable, HALF], repeats), pValue };
}

const HALF: TwoByTwo = { exposed: 1, exposedCases: 0.5, unexposed: 1, unexposedCases: 0.5 };

function ratioOf(strata: readonly TwoByTwo[], repeats: number) {
  const observed = sumOf(strata, exposedWeight);
  const relativeRisk = observed / sumOf(strata, unexposedWeight);
  const error = Math.sqrt(sumOf(strata, (table) => ratioVariance(table, relativeRisk, repeats))) / observed;
  const [low, high] = [-1, 1].map((sign) => relativeRisk * Math.exp(sign * Z * error));
  return { relativeRisk, low: low ?? 0, high: high ?? Infinity };
}

const sumOf = (strata: readonly TwoByTwo[], of: (table: TwoByTwo) => number) =>
  strata.reduce((sum, table) => sum + of(table), 0);

const exposedWeight = ({ exposed, exposedCases, unexposed }: TwoByTwo) =>
  (exposedCases * unexposed) / (exposed + unexposed);

const unexposedWeight = ({ exposed, unexposed, unexposedCases }: TwoByTwo) =>
  (unexposedCases * exposed) / (exposed + unexposed);

/** Of the difference of the two weights, when there is no difference of risks. */
function scoreVariance(
  { exposed, exposedCases, unexposed, unexposedCases }: TwoByTwo,
  repeats: number,
): number {
  const all = exposed + unexposed;
  const risk = (exposedCases + unexposedCases) / all;
  const parts = (unexposed / all) ** 2 * exposed + repeats * (exposed / all) ** 2 * unexposed;
  return (risk * (1 - risk) * parts * all) / (all - 1);
}

/** The same at a ratio, the unexposed's weight being multiplied by it. */
function ratioVariance(table: TwoByTwo, ratio: number, repeats: number): number {
  const { exposed, exposedCases, unexposed, unexposedCases } = table;
  const all = exposed + unexposed;
  const risk = Math.min(1, (exposedCases + unexposedCases) / (ratio * exposed + unexposed));
  const raised = Math.min(1, ratio * risk);
  const parts =
    (unexposed / all) ** 2 * exposed * raised * (1 - raised) +
    repeats * ratio ** 2 * (exposed / all) ** 2 * unexposed * risk * (1 - risk);
  return (parts * all) / (all - 1);
}
