/** Chance that a standard normal variable is farther from 0 than z. */
export function twoSided(z: number): number {
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
