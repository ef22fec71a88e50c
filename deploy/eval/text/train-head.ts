import { FEATURES, type Head } from "@voxloop/analytics";

/** A text of one of two kinds, with how much it counts. */
export interface Example {
  features: readonly number[];
  isPositive: boolean;
  weight: number;
}

const EPOCHS = 6;
const RATE = 0.1;

/** A linear model before its weights become whole numbers. */
export interface Trained {
  weights: Float32Array;
  bias: number;
}

/**
 * Logistic regression on naive Bayes' log-count ratios (S. Wang and C. D. Manning, "Baselines and Bigrams", ACL 2012), trained
 * with AdaGrad (Duchi et al. 2011) and averaged over the later half of its passes. The same examples give the same model.
 */
export function trainHead(examples: readonly Example[]): Trained {
  const ratios = logCountRatios(examples);
  const weights = new Float32Array(FEATURES);
  const squares = new Float32Array(FEATURES).fill(1e-6);
  const sums = new Float64Array(FEATURES);
  const state = { bias: 0, biasSquares: 1e-6, biasSum: 0, sums: 0 };
  const random = seeded(7);
  const order = examples.map((_, index) => index);
  for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
    shuffle(order, random);
    for (const index of order) {
      const example = examples[index];
      if (example === undefined) continue;
      const { features, isPositive, weight } = example;
      const length = 1 / Math.sqrt(Math.max(1, features.length));
      let odds = state.bias;
      for (const feature of features) odds += (weights[feature] ?? 0) * (ratios[feature] ?? 0) * length;
      const error = (1 / (1 + Math.exp(-odds)) - (isPositive ? 1 : 0)) * weight;
      for (const feature of features) {
        const gradient = error * (ratios[feature] ?? 0) * length;
        const square = (squares[feature] ?? 0) + gradient * gradient;
        squares[feature] = square;
        weights[feature] = (weights[feature] ?? 0) - (RATE * gradient) / Math.sqrt(square);
      }
      state.biasSquares += error * error;
      state.bias -= (RATE * error) / Math.sqrt(state.biasSquares);
    }
    if (epoch < EPOCHS / 2) continue;
    for (const [feature, weight] of weights.entries()) sums[feature] = (sums[feature] ?? 0) + weight;
    state.biasSum += state.bias;
    state.sums += 1;
  }
  const trained = sums.map((sum, feature) => (sum / state.sums) * (ratios[feature] ?? 0));
  return { weights: Float32Array.from(trained), bias: state.biasSum / state.sums };
}

function logCountRatios(examples: readonly Example[]): Float32Array {
  const counts = { with: new Float64Array(FEATURES).fill(1), without: new Float64Array(FEATURES).fill(1) };
  for (const { features, isPositive, weight } of examples) {
    const count = isPositive ? counts.with : counts.without;
    for (const feature of features) count[feature] = (count[feature] ?? 0) + weight;
  }
  const [all, others] = [counts.with, counts.without].map((count) =>
    count.reduce((sum, one) => sum + one, 0),
  );
  return Float32Array.from(counts.with, (count, feature) =>
    Math.log(count / (all ?? 1) / ((counts.without[feature] ?? 1) / (others ?? 1))),
  );
}

/** Weights beyond this share of all are cut: a few of rare words would else take the range from the others. */
const KEPT_SHARE = 0.9995;

/** Weights as whole numbers, and odds by the factor that makes them honest (`calibrate`). */
export function quantise({ weights, bias }: Trained, factor: number): Head {
  const sizes = weights
    .map(Math.abs)
    .filter((size) => size > 0)
    .toSorted();
  const largest = sizes[Math.floor(sizes.length * KEPT_SHARE)] ?? 1;
  const scale = largest / 127;
  const whole = Int8Array.from(weights, (weight) =>
    Math.max(-127, Math.min(127, Math.round(weight / scale))),
  );
  return { weights: whole, scale: scale * factor, bias: bias * factor };
}

/** The factor of the odds at which held-back examples are likeliest (C. Guo et al., "On Calibration", ICML 2017). */
export function calibrate(judged: readonly { odds: number; isPositive: boolean }[]): number {
  const loss = (factor: number) =>
    judged.reduce(
      (sum, { odds, isPositive }) => sum + Math.log1p(Math.exp((isPositive ? -1 : 1) * factor * odds)),
      0,
    );
  const factors = Array.from({ length: 120 }, (_, step) => 0.1 * 1.04 ** step);
  return factors.reduce((best, factor) => (loss(factor) < loss(best) ? factor : best), 1);
}

function shuffle(order: number[], random: () => number): void {
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    const [one, two] = [order[at] ?? 0, order[other] ?? 0];
    order[at] = two;
    order[other] = one;
  }
}

/** The generator of Numerical Recipes: good enough to shuffle, and the same everywhere. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
