import { z } from "zod";
import { shareGap, shareOf } from "../stats/share.ts";

export const guidanceSuggestion = z.object({
  /** What customers did: an event, and on which screen or page ("" where the app names none). */
  event: z.string(),
  page: z.string(),
  /** Of the customers who recovered, who did it between the error and the success. */
  recovered: z.number().int(),
  recoveredShare: z.number().nullable(),
  /** Of the others, who did it within the recovery window after the error. */
  others: z.number().int(),
  othersShare: z.number().nullable(),
  /** The first share minus the second, with its 95 % interval; null when either side is too few. */
  gap: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});
export type GuidanceSuggestion = z.infer<typeof guidanceSuggestion>;

export const guidanceSuggestions = z.object({
  /** Customers who met the error, whose recovery window has ended; the latest 5,000. */
  recovered: z.number().int(),
  others: z.number().int(),
  /** Fewer than 30 on either side. */
  tooFew: z.boolean(),
  /** What sets those who recovered apart, the clearest first. */
  items: z.array(guidanceSuggestion),
});
export type GuidanceSuggestions = z.infer<typeof guidanceSuggestions>;

export interface StepCounts {
  event: string;
  page: string;
  recovered: number;
  others: number;
}

const MOST = 20;

/** What recovered customers did more often than the others, by the lower end of the difference; by their number when there are too few. */
export function suggest(
  totals: { recovered: number; others: number },
  steps: readonly StepCounts[],
): GuidanceSuggestions {
  const compared = steps.map((step) => {
    const recovered = shareOf(step.recovered, totals.recovered);
    const others = shareOf(step.others, totals.others);
    const { tooFew: _, ...gap } = shareGap(recovered, others);
    return { ...step, recoveredShare: recovered.share, othersShare: others.share, ...gap };
  });
  const items = compared
    .filter(({ recovered, gap }) => recovered > 0 && (gap ?? 1) > 0)
    .toSorted((a, b) => (b.low ?? 0) - (a.low ?? 0) || b.recovered - a.recovered)
    .slice(0, MOST);
  const tooFew = shareOf(0, totals.recovered).tooFew || shareOf(0, totals.others).tooFew;
  return { ...totals, tooFew, items };
}
