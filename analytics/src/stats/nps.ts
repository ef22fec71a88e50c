import { Z } from "./normal.ts";

/** How many answered 9-10, 7-8 and 0-6. */
export interface NpsCounts {
  promoters: number;
  passives: number;
  detractors: number;
}

export interface Nps extends NpsCounts {
  /** Points, -100 to 100; null when nobody answered. */
  nps: number | null;
  /** 95 % interval of `nps`. */
  low: number | null;
  high: number | null;
  answers: number;
  /** Fewer than 30 answers: shown, never ranked. */
  tooFew: boolean;
}

export interface NpsGap {
  exposedNps: number | null;
  exposedAnswers: number;
  otherNps: number | null;
  otherAnswers: number;
  /** Points, exposed minus others; null when a side has no answers. */
  gap: number | null;
  /** 95 % interval of `gap`; null when either side has too few answers. */
  low: number | null;
  high: number | null;
  tooFew: boolean;
}

export const FEWEST_ANSWERS = 30;

/**
 * Net Promoter Score with its 95 % interval: the adjusted Wald interval for the difference of two cells of one
 * trinomial, with three answers added, spread 3/4, 3/2, 3/4 over promoters, passives and detractors. Among the best of
 * six methods in Rocks, "Interval Estimation for the Net Promoter Score", The American Statistician 70(4), 2016; it
 * keeps a width even when everybody answered alike.
 */
export function npsOf(counts: NpsCounts): Nps {
  const answers = answersOf(counts);
  const bare = { ...counts, answers, tooFew: answers < FEWEST_ANSWERS };
  if (answers === 0) return { ...bare, nps: null, low: null, high: null };
  const { centre, variance } = adjusted(counts);
  return { ...bare, nps: pointOf(counts), ...interval(centre, variance, 100) };
}

/** NPS of customers who met something, minus that of others, as two independent samples: adjusted Wald, the variances added. */
export function npsGap(exposed: NpsCounts, others: NpsCounts): NpsGap {
  const exposedAnswers = answersOf(exposed);
  const otherAnswers = answersOf(others);
  const exposedNps = exposedAnswers === 0 ? null : pointOf(exposed);
  const otherNps = otherAnswers === 0 ? null : pointOf(others);
  const tooFew = Math.min(exposedAnswers, otherAnswers) < FEWEST_ANSWERS;
  const [a, b] = [adjusted(exposed), adjusted(others)];
  const bounds = tooFew
    ? { low: null, high: null }
    : interval(a.centre - b.centre, a.variance + b.variance, 200);
  return {
    exposedNps,
    exposedAnswers,
    otherNps,
    otherAnswers,
    gap: exposedNps === null || otherNps === null ? null : exposedNps - otherNps,
    ...bounds,
    tooFew,
  };
}

function answersOf({ promoters, passives, detractors }: NpsCounts): number {
  return promoters + passives + detractors;
}

function pointOf(counts: NpsCounts): number {
  return (100 * (counts.promoters - counts.detractors)) / answersOf(counts);
}

function adjusted(counts: NpsCounts): { centre: number; variance: number } {
  const n = answersOf(counts) + 3;
  const promoters = (counts.promoters + 0.75) / n;
  const detractors = (counts.detractors + 0.75) / n;
  const centre = promoters - detractors;
  return { centre, variance: (promoters + detractors - centre ** 2) / n };
}

function interval(centre: number, variance: number, bound: number): { low: number; high: number } {
  const width = 100 * Z * Math.sqrt(variance);
  return { low: Math.max(-bound, 100 * centre - width), high: Math.min(bound, 100 * centre + width) };
}
