/** Pseudo-random numbers that are the same for the same seed, on any machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  chance(probability: number): boolean;
  between(low: number, high: number): number;
  /** Both ends included. */
  integer(low: number, high: number): number;
  pick<Item>(items: readonly Item[]): Item;
  /** The index of a weight, in proportion to it. */
  weighted(weights: readonly number[]): number;
  exponential(mean: number): number;
  poisson(mean: number): number;
}

/** The generator sfc32 (Chris Doty-Humphrey, PractRand), seeded with FNV-1a hashes of a text. */
export function createRandom(seed: string): Random {
  const next = sfc32(seed);
  const weighted = (weights: readonly number[]) => {
    let left = next() * weights.reduce((sum, weight) => sum + weight, 0);
    const index = weights.findIndex((weight) => (left -= weight) < 0);
    return index === -1 ? weights.length - 1 : index;
  };
  const integer = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    chance: (probability) => next() < probability,
    between: (low, high) => low + next() * (high - low),
    integer,
    pick(items) {
      const item = items[integer(0, items.length - 1)];
      if (item === undefined) throw new Error("there is nothing to pick from");
      return item;
    },
    weighted,
    exponential: (mean) => -mean * Math.log(1 - next()),
    // Knuth: multiplies uniforms until they fall below e^-mean; fine for means of a few.
    poisson(mean) {
      const limit = Math.exp(-mean);
      let count = 0;
      for (let product = next(); product > limit; product *= next()) count += 1;
      return count;
    },
  };
}

function sfc32(seed: string): () => number {
  let [a, b, c] = [fnv1a(`${seed}:a`), fnv1a(`${seed}:b`), fnv1a(`${seed}:c`)];
  let counter = 1;
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  };
  for (let warmUp = 0; warmUp < 12; warmUp++) next();
  return next;
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash | 0;
}
