import { createRandom, type Random } from "../../src/demo/random.ts";
import {
  emptySearch,
  measured,
  randomFactor,
  TRAITS,
  traitName,
  type Factor,
  type Trait,
} from "./factors.ts";

export interface Scenario {
  windowSeconds: number;
  /** Rows of `events_v1`, without the project. */
  events: Record<string, unknown>[];
  /** What makes customers drop, as an explanation names it; null: nothing does. */
  cause: { kind: string; name: string } | null;
}

export const FROM = Date.UTC(2026, 0, 5);
export const RANGE_MS = 2 * 86_400_000;
/** How much longer the window is than customers take to go on, on average. */
const WINDOWS = [600, 3600, 86_400, 604_800];

/** All that is drawn once a scenario. */
interface World {
  random: Random;
  windowMs: number;
  /** Of those who go on, the mean time to it. */
  meanMs: number;
  baseDrop: number;
  /** Of those who drop, who is there to the window's end and goes on meeting things. */
  stays: number;
  /** Harmless factors, and how often a customer meets each. */
  nuisance: { factor: Factor; everyMs: number }[];
  /** Of whatever else customers do. */
  tapsEveryMs: number;
  pages: { page: string; poor: number }[];
  cause: Cause | null;
}

type Cause = { effect: number; share: number } & (
  | { is: "met"; factor: Factor; echo: Factor }
  | { is: "page"; page: string }
  | { is: "trait"; trait: Trait; value: string }
);

/** Customers who do step "start", and step "end" or not; the same for the same seed. */
export function playScenario(seed: string, withCause: boolean): Scenario {
  const random = createRandom(seed);
  const windowMs = 1000 * random.pick(WINDOWS);
  const meanMs = windowMs * 10 ** random.between(-3, -1);
  const world: World = {
    random,
    windowMs,
    meanMs,
    baseDrop: random.between(0.05, 0.5),
    stays: random.chance(0.5) ? 1 : random.next(),
    nuisance: Array.from({ length: random.integer(6, 14) }, (_, at) => ({
      factor: at === 0 ? emptySearch : randomFactor(random, `n${at}`),
      everyMs: meanMs / random.between(0.05, 0.7),
    })),
    // In half of the apps hardly anything happens between two steps.
    tapsEveryMs: random.chance(0.5) ? meanMs / random.between(1, 5) : Infinity,
    pages: ["/home", "/pay"].map((page) => ({ page, poor: random.between(0.05, 0.5) })),
    cause: withCause ? drawCause(random) : null,
  };
  const customers = random.integer(800, 2500);
  const events = Array.from({ length: customers }, (_, at) => playCustomer(world, `c${at}`)).flat();
  return { windowSeconds: windowMs / 1000, events, cause: world.cause && nameOf(world.cause) };
}

function drawCause(random: Random): Cause {
  const is = random.pick(["met", "met", "met", "page", "trait"] as const);
  const drawn = { effect: random.between(0.4, 0.95), share: random.between(0.1, 0.35) };
  if (is === "page") return { ...drawn, is, page: "/slow" };
  const trait = random.pick(TRAITS);
  if (is === "trait") return { ...drawn, is, trait, value: random.pick(trait.values) };
  return { ...drawn, is, factor: randomFactor(random, "cause"), echo: randomFactor(random, "echo") };
}

function nameOf(cause: Cause): Scenario["cause"] {
  if (cause.is === "met") return { kind: cause.factor.kind, name: cause.factor.name };
  if (cause.is === "page") return { kind: "slow", name: `LCP ${cause.page}` };
  return { kind: cause.trait.kind, name: traitName(cause.trait, cause.value) };
}

function playCustomer(world: World, id: string): Record<string, unknown>[] {
  const { random, windowMs, baseDrop, stays, nuisance } = world;
  const start = FROM + Math.floor(random.between(0, RANGE_MS));
  const wouldTake = timeToGoOn(world);
  const traits = Object.fromEntries(TRAITS.map(({ column, values }) => [column, random.pick(values)]));
  const met = meetCause(world, { traits, wouldTake });
  const isDropped = random.chance(baseDrop) || met.isStopped;
  const leaves = isDropped && random.chance(stays) ? windowMs : (met.leaves ?? wouldTake);
  const moments = [
    { at: 0, event: { event_name: "start" } },
    ...(isDropped ? [] : [{ at: wouldTake, event: { event_name: "end" } }]),
    ...met.events.filter(({ at }) => at < leaves),
    ...tapsOf(world, leaves),
    ...nuisance.flatMap(({ factor, everyMs }) => {
      const at = random.exponential(everyMs);
      return at < leaves ? [{ at, event: factor.event }] : [];
    }),
    ...world.pages.flatMap(({ page, poor }) => {
      const at = random.between(0, 2 * wouldTake);
      return at < leaves ? [{ at, event: measured(page, random.chance(poor)) }] : [];
    }),
  ];
  return moments.map(({ at, event }, number) => {
    const time = new Date(start + Math.floor(at)).toISOString();
    return {
      customer_id: id,
      user_id: id,
      session_id: id,
      event_id: `${id}-${number}`,
      time,
      ...traits,
      ...event,
    };
  });
}

function timeToGoOn({ random, meanMs, windowMs }: World): number {
  for (;;) {
    const time = 1 + random.exponential(meanMs);
    if (time < windowMs) return time;
  }
}

const MOST_TAPS = 10;

function tapsOf({ random, tapsEveryMs }: World, leaves: number) {
  if (tapsEveryMs === Infinity) return [];
  const gaps = Array.from({ length: MOST_TAPS }, () => random.exponential(tapsEveryMs));
  const times = gaps.map((_, at) => gaps.slice(0, at + 1).reduce((sum, gap) => sum + gap, 0));
  return times.filter((at) => at < leaves).map((at) => ({ at, event: { event_name: "tap" } }));
}

interface Met {
  events: { at: number; event: object }[];
  isStopped: boolean;
  /** When it makes the customer leave at once. */
  leaves?: number;
}

/** Whether and when a customer meets the cause, and whether it stops them; an echo of it is met after it at times. */
function meetCause(
  { random, cause }: World,
  { traits, wouldTake }: { traits: Record<string, string>; wouldTake: number },
): Met {
  if (cause === null) return { events: [], isStopped: false };
  if (cause.is === "trait") {
    const isStopped = traits[cause.trait.column] === cause.value && random.chance(cause.effect);
    return { events: [], isStopped };
  }
  const isMet = random.chance(cause.share);
  const at = random.between(0, wouldTake);
  const isStopped = isMet && random.chance(cause.effect);
  if (cause.is === "page") return { events: [{ at, event: measured(cause.page, isMet) }], isStopped };
  if (!isMet) return { events: [], isStopped };
  const echo = random.chance(0.4) ? [{ at: random.between(at, wouldTake), event: cause.echo.event }] : [];
  const leaves = isStopped && random.chance(0.5) ? { leaves: at + 1 } : {};
  return { events: [{ at, event: cause.factor.event }, ...echo], isStopped, ...leaves };
}
