/** A stream of numbers 0 <= x < 1 that is the same for the same seed (mulberry32, T. Ettinger, public domain). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Hourly Poisson counts of a bank's rhythm around a mean: more by day than by night, half of it at weekends. */
export function simulateCounts(of: { hours: number; mean: number; seed: number }): number[] {
  const random = createRandom(of.seed);
  return Array.from({ length: of.hours }, (_, hour) => {
    const byHour = 1 + 0.8 * Math.sin(((hour % 24) / 24) * 2 * Math.PI - Math.PI / 2);
    const weekend = Math.floor(hour / 24) % 7 >= 5 ? 0.5 : 1;
    return poisson(of.mean * byHour * weekend, random);
  });
}

/** D. Knuth, The Art of Computer Programming 2, 3.4.1. */
function poisson(mean: number, random: () => number): number {
  let product = random();
  let count = 0;
  const end = Math.exp(-mean);
  while (product > end) {
    product *= random();
    count += 1;
  }
  return count;
}
