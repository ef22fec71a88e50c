import { adjustPValues } from "../../stats/benjamini-hochberg.ts";
import { twoSided } from "../../stats/normal-tail.ts";

/** Units of one day who reached a step and can be judged, and of them who went on. */
export interface StepDay {
  /** Days since 1970, so that days of the same weekday are equal modulo 7. */
  day: number;
  entered: number;
  continued: number;
}

export interface StepJudgement {
  entered: number;
  observed: number;
  expected: number;
  /** Within this the day's share is expected, 95 %. */
  low: number;
  high: number;
  /** One-sided: of a share this low or lower, were nothing different. */
  pValue: number;
}

/** Fewer are too few to judge. */
const FEWEST_ENTERED = 30;
const FEWEST_BEFORE = 100;
const FEWEST_WEEKS = 2;
/** Relative; less is of no concern, however sure. */
const LEAST_FALL = 0.05;
/** Expected share of false ones among the falls of a day's look at all steps of a project. */
export const FALSE_SHARE = 0.01;

/**
 * The share of a step's units that went on, against the same weekday of the weeks before. Days differ by more than chance of
 * single customers, so the variance is the binomial one times how much more the days before differed about their weekday's
 * mean (Pearson's chi-square by its degrees of freedom, at least 1: McCullagh and Nelder, "Generalized Linear Models", 4.5),
 * and the quotient is Student's, brought to the normal scale by Wallace, Annals of Mathematical Statistics 30, 1959.
 * Undefined when there is too little to judge by.
 */
export function judgeDay(today: StepDay, before: readonly StepDay[]): StepJudgement | undefined {
  const used = before.filter(({ entered }) => entered > 0);
  const same = used.filter(({ day }) => day % 7 === today.day % 7);
  const reference = sum(same);
  if (today.entered < FEWEST_ENTERED || reference.entered < FEWEST_BEFORE || same.length < FEWEST_WEEKS)
    return undefined;
  const { dispersion, freedom } = dispersionOf(used);
  // Half a unit on either side keeps a share of exactly 0 or 1 from having no variance.
  const expected = (reference.continued + 0.5) / (reference.entered + 1);
  const spread = Math.sqrt(
    dispersion * expected * (1 - expected) * (1 / today.entered + 1 / reference.entered),
  );
  const observed = today.continued / today.entered;
  const z = toNormal((observed - expected) / spread, freedom);
  const tail = twoSided(z) / 2;
  const width = fromNormal(1.959964, freedom) * spread;
  return {
    entered: today.entered,
    observed,
    expected,
    low: Math.max(0, expected - width),
    high: Math.min(1, expected + width),
    pValue: z < 0 ? tail : 1 - tail,
  };
}

/** Which of a day's judgements are falls: all steps of a project are asked at a time. */
export function fallsOf<T extends StepJudgement>(judged: readonly T[]): T[] {
  const adjusted = adjustPValues(judged.map(({ pValue }) => pValue));
  return judged.filter(
    ({ observed, expected }, at) =>
      (adjusted[at] ?? 1) < FALSE_SHARE && observed <= expected * (1 - LEAST_FALL),
  );
}

function dispersionOf(days: readonly StepDay[]): { dispersion: number; freedom: number } {
  let chiSquare = 0;
  let freedom = 0;
  for (const group of Map.groupBy(days, ({ day }) => day % 7).values()) {
    const { entered, continued } = sum(group);
    const share = continued / entered;
    if (group.length < 2 || share === 0 || share === 1) continue;
    freedom += group.length - 1;
    for (const day of group)
      chiSquare += (day.continued - day.entered * share) ** 2 / (day.entered * share * (1 - share));
  }
  return freedom === 0
    ? { dispersion: 1, freedom: 1 }
    : { dispersion: Math.max(1, chiSquare / freedom), freedom };
}

const scale = (freedom: number) => (8 * freedom + 1) / (8 * freedom + 3);
const toNormal = (t: number, freedom: number) =>
  Math.sign(t) * scale(freedom) * Math.sqrt(freedom * Math.log1p((t * t) / freedom));
const fromNormal = (z: number, freedom: number) =>
  Math.sqrt(freedom * Math.expm1((z / scale(freedom)) ** 2 / freedom));

function sum(days: readonly StepDay[]) {
  return days.reduce(
    (all, { entered, continued }) => ({
      entered: all.entered + entered,
      continued: all.continued + continued,
    }),
    { entered: 0, continued: 0 },
  );
}
