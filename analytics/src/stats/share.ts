import { z } from "zod";
import { Z } from "./normal.ts";
import { FEWEST_ANSWERS } from "./nps.ts";

interface Counted {
  cases: number;
  of: number;
  /** Fewer than 30 units: shown, never ranked. */
  tooFew: boolean;
}

/** A share of some units, 0 to 1, with its 95 % interval; all null when there is no unit. */
export type ShareEstimate = Counted &
  ({ share: number; low: number; high: number } | { share: null; low: null; high: null });

/** The same as an answer tells it. */
export const shareEstimate = z.object({
  cases: z.number().int(),
  of: z.number().int(),
  /** Fewer than 30 units: shown, never ranked. */
  tooFew: z.boolean(),
  /** Null, as its interval, when there is no unit. */
  share: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});

export interface ShareGap {
  /** The first share minus the second, -1 to 1; null when a side has no unit. */
  gap: number | null;
  /** 95 % interval of `gap`; null when either side has too few units. */
  low: number | null;
  high: number | null;
  tooFew: boolean;
}

/**
 * A share with its 95 % score interval: Wilson, "Probable inference, the law of succession, and statistical inference",
 * Journal of the American Statistical Association 22, 1927. It keeps within 0 and 1, and a width where all or none are cases.
 */
export function shareOf(cases: number, of: number): ShareEstimate {
  const bare = { cases, of, tooFew: of < FEWEST_ANSWERS };
  if (of === 0) return { ...bare, share: null, low: null, high: null };
  const share = cases / of;
  const centre = (share + Z ** 2 / (2 * of)) / (1 + Z ** 2 / of);
  const width = (Z * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2))) / (1 + Z ** 2 / of);
  // Where none or all are cases the bound is exact, and rounding must not carry it past the share.
  return {
    ...bare,
    share,
    low: cases === 0 ? 0 : Math.max(0, centre - width),
    high: cases === of ? 1 : Math.min(1, centre + width),
  };
}

/**
 * The difference of two independent shares with its 95 % interval, from their score intervals: method 10 of Newcombe, "Interval
 * estimation for the difference between independent proportions", Statistics in Medicine 17, 1998.
 */
export function shareGap(one: ShareEstimate, other: ShareEstimate): ShareGap {
  const tooFew = one.tooFew || other.tooFew;
  if (one.share === null || other.share === null) return { gap: null, low: null, high: null, tooFew };
  const gap = one.share - other.share;
  if (tooFew) return { gap, low: null, high: null, tooFew };
  return {
    gap,
    low: gap - Math.hypot(one.share - one.low, other.high - other.share),
    high: gap + Math.hypot(one.high - one.share, other.share - other.low),
    tooFew,
  };
}
