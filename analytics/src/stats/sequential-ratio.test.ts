import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { differenceEvidence, excludes, intervalOf, ratioEvidence, type Stratum } from "./sequential-ratio.ts";

const ALPHA = 0.025;
const DAYS = 14;
const HOURS = DAYS * 24;
const CUSTOMERS_PER_HOUR = 83;

/** mulberry32: a small generator with a fixed seed, so that a run can be repeated. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A binomial draw by the waiting times between successes, quick for small rates. */
function binomial(trials: number, rate: number, random: () => number): number {
  const perStep = Math.log1p(-Math.min(rate, 0.999));
  let successes = -1;
  for (let at = 0; at <= trials; successes++) at += Math.floor(Math.log(1 - random()) / perStep) + 1;
  return successes;
}

/** Traffic of an hour: around its mean, more by day than by night. */
function traffic(hour: number, random: () => number): number {
  const mean = CUSTOMERS_PER_HOUR * (1 + 0.8 * Math.sin((2 * Math.PI * (hour % 24)) / 24));
  return Math.max(0, Math.round(mean + Math.sqrt(mean) * 1.7 * (random() + random() + random() - 1.5)));
}

const emptyDays = (): Stratum[] =>
  Array.from({ length: DAYS }, () => ({ atRisk: 0, events: 0, referenceAtRisk: 0, referenceEvents: 0 }));

interface World {
  base: number;
  ratio: number;
}

/** The first hour at which a before/after comparison, looked at every hour, would say "effective"; undefined if never. */
function beforeAfter({ base, ratio }: World, random: () => number): number | undefined {
  const days = emptyDays();
  for (let hour = 0; hour < HOURS; hour++) {
    const day = days[Math.floor(hour / 24)]!;
    const [after, before] = [traffic(hour, random), traffic(hour, random)];
    day.atRisk += after;
    day.events += binomial(after, base * ratio, random);
    day.referenceAtRisk += before;
    day.referenceEvents += binomial(before, base, random);
    if (saysBetter(ratioEvidence(days))) return hour;
  }
  return undefined;
}

/**
 * The same for a rollout: the new release reaches more customers every day, those who take it differ from the others by
 * a constant factor, and the rate of all has seasons and a downward drift that a before/after comparison would credit to the release.
 */
function rollout({ base, ratio }: World, random: () => number): number | undefined {
  const [now, before] = [emptyDays(), emptyDays()];
  const selection = Math.exp((random() - 0.5) * 0.8);
  for (let hour = 0; hour < HOURS; hour++) {
    const index = Math.floor(hour / 24);
    const rate = base * (1 + 0.3 * Math.cos(index * 0.9));
    const drift = (1 - 0.04 * index) * (1 + 0.3 * Math.sin(index));
    const upgraded = Math.min(0.9, 0.1 * (index + 1));
    addHour(now[index]!, {
      hour,
      random,
      share: upgraded,
      rates: [rate * drift * selection * ratio, rate * drift],
    });
    addHour(before[index]!, { hour, random, share: 0.5, rates: [rate * selection, rate] });
    if (saysBetter(differenceEvidence(now, before))) return hour;
  }
  return undefined;
}

function addHour(
  day: Stratum,
  of: { hour: number; random: () => number; share: number; rates: readonly [number, number] },
): void {
  const all = traffic(of.hour, of.random);
  const fixed = binomial(all, of.share, of.random);
  day.atRisk += fixed;
  day.events += binomial(fixed, of.rates[0], of.random);
  day.referenceAtRisk += all - fixed;
  day.referenceEvents += binomial(all - fixed, of.rates[1], of.random);
}

/** Before/after without seasons, on a rate that falls by itself. */
function beforeAfterInDrift(world: World, random: () => number): number | undefined {
  const days = emptyDays();
  for (let hour = 0; hour < HOURS; hour++) {
    const index = Math.floor(hour / 24);
    const day = days[index]!;
    day.atRisk += CUSTOMERS_PER_HOUR;
    day.events += binomial(CUSTOMERS_PER_HOUR, world.base * (1 - 0.04 * index), random);
    day.referenceAtRisk += CUSTOMERS_PER_HOUR;
    day.referenceEvents += binomial(CUSTOMERS_PER_HOUR, world.base, random);
    if (saysBetter(ratioEvidence(days))) return hour;
  }
  return undefined;
}

const saysBetter = (evidence: ReturnType<typeof ratioEvidence>) =>
  evidence.estimate < 0 && excludes(evidence, 0, ALPHA);

/** Share of simulated histories in which an hourly look would have said "effective" within 14 days. */
function shareEffective(simulate: typeof rollout, world: World, runs: number): number {
  const random = createRandom(20_260_510);
  let effective = 0;
  for (let run = 0; run < runs; run++) if (simulate(world, random) !== undefined) effective++;
  return effective / runs;
}

describe("looked at every hour for 14 days at 2,000 customers a day", () => {
  test.each([0.01, 0.05, 0.2])(
    "before/after calls no change at a base rate of %d effective in at most 5 %%",
    (base) => {
      expect(shareEffective(beforeAfter, { base, ratio: 1 }, 1000)).toBeLessThanOrEqual(0.05);
    },
  );

  test.each([0.01, 0.05, 0.2])("before/after finds a halved base rate of %d in at least 80 %%", (base) => {
    expect(shareEffective(beforeAfter, { base, ratio: 0.5 }, 300)).toBeGreaterThanOrEqual(0.8);
  });

  test.each([0.01, 0.05, 0.2])(
    "a rollout in a drifting season at %d is called effective in at most 5 %%",
    (base) => {
      expect(shareEffective(rollout, { base, ratio: 1 }, 500)).toBeLessThanOrEqual(0.05);
    },
  );

  test.each([0.05, 0.2])("a rollout that halves a base rate of %d is found in at least 80 %%", (base) => {
    expect(shareEffective(rollout, { base, ratio: 0.5 }, 300)).toBeGreaterThanOrEqual(0.8);
  });

  test("the drift that a rollout's control takes out would fool before/after", () => {
    expect(shareEffective(beforeAfterInDrift, { base: 0.05, ratio: 1 }, 50)).toBeGreaterThan(0.5);
  });
});

/** Events among customers at risk, in the group of interest and in its reference. */
type Count = readonly [events: number, atRisk: number];

const stratum = ([events, atRisk]: Count, [referenceEvents, referenceAtRisk]: Count): Stratum => ({
  atRisk,
  events,
  referenceAtRisk,
  referenceEvents,
});

test("nothing is known without events or without a comparison", () => {
  const nothing = { estimate: 1, low: 0, high: Infinity };
  expect(intervalOf(ratioEvidence([]), ALPHA)).toEqual(nothing);
  expect(intervalOf(ratioEvidence([stratum([0, 500], [0, 500])]), ALPHA)).toEqual(nothing);
  expect(intervalOf(ratioEvidence([stratum([9, 500], [0, 0])]), ALPHA)).toEqual(nothing);
  expect(intervalOf(differenceEvidence([], []), ALPHA)).toEqual(nothing);
});

test("few events prove nothing, however quiet it became", () => {
  expect(intervalOf(ratioEvidence([stratum([0, 40], [6, 40])]), ALPHA).high).toBeGreaterThan(1);
  expect(intervalOf(ratioEvidence([stratum([0, 60], [20, 40])]), ALPHA)).toMatchObject({
    estimate: 0,
    low: 0,
  });
  expect(intervalOf(ratioEvidence([stratum([0, 60], [20, 40])]), ALPHA).high).toBeLessThan(1);
});

test("one stratum's estimate is the plain ratio of rates", () => {
  const { estimate } = intervalOf(ratioEvidence([stratum([30, 1000], [90, 1500])]), ALPHA);
  expect(estimate).toBeCloseTo(0.5, 6);
});

test("a difference in differences estimates the ratio of ratios", () => {
  const evidence = differenceEvidence([stratum([30, 1000], [60, 1000])], [stratum([60, 1000], [40, 1000])]);
  expect(intervalOf(evidence, ALPHA).estimate).toBeCloseTo(0.5 / 1.5, 6);
});

test("the e-value of one stratum is the likelihood integrated over the prior, by brute force", () => {
  const [events, atRisk, referenceEvents, referenceAtRisk] = [7, 900, 21, 1100];
  const likelihood = (log: number) => {
    const share = (atRisk * Math.exp(log)) / (atRisk * Math.exp(log) + referenceAtRisk);
    return share ** events * (1 - share) ** referenceEvents;
  };
  let mixed = 0;
  for (let log = -8; log <= 8; log += 0.001) {
    mixed += (likelihood(log) * Math.exp(-(log * log) / 2) * 0.001) / Math.sqrt(2 * Math.PI);
  }
  const evidence = ratioEvidence([stratum([events, atRisk], [referenceEvents, referenceAtRisk])]);
  expect(evidence.against(0)).toBeCloseTo(Math.log(mixed / likelihood(0)), 6);
});

test("an interval holds its estimate, and swapping the groups inverts it", () => {
  const count = fc.integer({ min: 0, max: 50 });
  const size = fc.integer({ min: 51, max: 5000 });
  fc.assert(
    fc.property(fc.array(fc.tuple(count, size, count, size), { minLength: 1, maxLength: 5 }), (rows) => {
      const strata = rows.map(([a, n, b, m]) => stratum([a, n], [b, m]));
      const swapped = rows.map(([a, n, b, m]) => stratum([b, m], [a, n]));
      const straight = intervalOf(ratioEvidence(strata), ALPHA);
      const inverse = intervalOf(ratioEvidence(swapped), ALPHA);
      expect(straight.low).toBeLessThanOrEqual(straight.estimate);
      expect(straight.high).toBeGreaterThanOrEqual(straight.estimate);
      if (straight.low > 0) expect(inverse.high * straight.low).toBeCloseTo(1, 3);
      else expect(inverse.high).toBe(Infinity);
    }),
    { numRuns: 100, seed: 1 },
  );
});

/** High over low of an interval from so many times the data. */
function widthAt(factor: number): number {
  const { low, high } = intervalOf(
    ratioEvidence([stratum([10 * factor, 200 * factor], [20 * factor, 200 * factor])]),
    ALPHA,
  );
  return high / low;
}

test("evidence grows with the data it is made of", () => {
  expect(widthAt(10)).toBeLessThan(widthAt(1));
  expect(widthAt(1000)).toBeLessThan(1.2);
});
