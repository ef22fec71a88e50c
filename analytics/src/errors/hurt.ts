import { z } from "zod";
import { errorGroup, type ErrorGroup } from "./error-group.ts";

/** Shares of what all groups of the list do together, 0-1. */
const hurtParts = z.object({
  customers: z.number(),
  transactions: z.number(),
  /** Null where no group's gap is beyond doubt: then two parts make the whole. */
  score: z.number().nullable(),
});

export const hurtingGroup = errorGroup
  .pick({
    fingerprint: true,
    rank: true,
    code: true,
    flow: true,
    title: true,
    customers: true,
    blockedCustomers: true,
    blockedTransactions: true,
    scores: true,
    negativeShare: true,
    comments: true,
    issueId: true,
  })
  .extend({
    /** NPS points lost, over a hundred, times the customers who met it; 0 where chance explains the gap, null with too few answers. */
    promotersLost: z.number().nullable(),
    parts: hurtParts,
    /** Mean of the parts, 0-1. */
    hurt: z.number(),
  });
export type HurtingGroup = z.infer<typeof hurtingGroup>;

/** Groups by how much they hurt: customers blocked, transactions blocked and score lost, a third each. */
export function rankHurt(groups: readonly ErrorGroup[]): HurtingGroup[] {
  const lost = groups.map(promotersLost);
  const all = {
    customers: sum(groups.map(({ blockedCustomers }) => blockedCustomers)),
    transactions: sum(groups.map(({ blockedTransactions }) => blockedTransactions)),
    score: sum(lost.map((points) => points ?? 0)),
  };
  return groups
    .map((group, at) => {
      const parts = {
        customers: group.blockedCustomers / Math.max(1, all.customers),
        transactions: group.blockedTransactions / Math.max(1, all.transactions),
        score: all.score === 0 ? null : (lost[at] ?? 0) / all.score,
      };
      const counted = Object.values(parts).filter((part) => part !== null);
      return hurtingGroup.parse({
        ...group,
        promotersLost: lost[at],
        parts,
        hurt: sum(counted) / counted.length,
      });
    })
    .toSorted((a, b) => b.hurt - a.hurt || a.rank - b.rank);
}

function promotersLost({ scores, customers }: ErrorGroup): number | null {
  const { tooFew, gap, high } = scores;
  if (tooFew || gap === null || high === null) return null;
  return high < 0 ? (-gap / 100) * customers : 0;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
