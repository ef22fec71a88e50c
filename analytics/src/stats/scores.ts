import { Z } from "./normal.ts";
import { FEWEST_ANSWERS, type NpsCounts } from "./nps.ts";

/** How many gave each score. */
export type ScoreCounts = readonly { score: number; answers: number }[];

export interface Mean {
  mean: number | null;
  /** 95 % interval by the normal approximation; null when there are too few. */
  low: number | null;
  high: number | null;
}

/** The least score that counts as favourable: satisfied on 1 to 5, easy on 1 to 7. */
export const FAVOURABLE_FROM = { csat: 4, ces: 5 } as const;

export function answersOf(counts: ScoreCounts): number {
  return counts.reduce((sum, { answers }) => sum + answers, 0);
}

export function favourableOf(counts: ScoreCounts, kind: keyof typeof FAVOURABLE_FROM): number {
  return answersOf(counts.filter(({ score }) => score >= FAVOURABLE_FROM[kind]));
}

/** 9 and 10 promote, 7 and 8 are passive, 0 to 6 detract. */
export function npsCountsOf(counts: ScoreCounts): NpsCounts {
  const promoters = answersOf(counts.filter(({ score }) => score >= 9));
  const detractors = answersOf(counts.filter(({ score }) => score < 7));
  return { promoters, passives: answersOf(counts) - promoters - detractors, detractors };
}

/** The mean score; its variance is that of a sample (n - 1). */
export function meanOf(counts: ScoreCounts): Mean {
  const answers = answersOf(counts);
  if (answers === 0) return { mean: null, low: null, high: null };
  const mean = counts.reduce((sum, each) => sum + each.score * each.answers, 0) / answers;
  if (answers < FEWEST_ANSWERS) return { mean, low: null, high: null };
  const squares = counts.reduce((sum, each) => sum + (each.score - mean) ** 2 * each.answers, 0);
  const width = Z * Math.sqrt(squares / (answers - 1) / answers);
  return { mean, low: mean - width, high: mean + width };
}
