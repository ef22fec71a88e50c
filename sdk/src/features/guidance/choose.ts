import { ATTR, type Guidance } from "@voxloop/contract";
import { shareOf } from "../../core/share.ts";
import { fits } from "../prompts/ground.ts";

export interface Choice {
  guidance: Guidance;
  /** How much of the error it names: 1 to 3. */
  rank: number;
  /** The customer belongs to those who are shown nothing, to compare with. */
  isHeldOut: boolean;
}

/** The guidance that names most of this error; of equals the first. Those the customer takes no part in do not count. */
export function chooseGuidance(
  all: readonly Guidance[],
  facts: Record<string, unknown>,
  customerId: string,
): Choice | undefined {
  let best: Choice | undefined;
  for (const guidance of all) {
    const { id, match, audience, rolloutShare, holdoutShare } = guidance;
    const rank = rankOf(match, facts);
    const isBetter = rank > (best?.rank ?? 0) && fits(audience, facts);
    if (!isBetter || shareOf(`guidance.rollout.${id}`, customerId) >= rolloutShare) continue;
    best = { guidance, rank, isHeldOut: shareOf(`guidance.holdout.${id}`, customerId) < holdoutShare };
  }
  return best;
}

/** How many of its conditions there are, if all hold; else 0. */
function rankOf(match: Guidance["match"], facts: Record<string, unknown>): number {
  const pairs = [
    [match?.code, facts[ATTR.errorCode]],
    [match?.flow, facts[ATTR.flow]],
    [match?.errorType, facts[ATTR.errorType] ?? facts[ATTR.exceptionType]],
  ].filter(([wanted]) => wanted);
  return pairs.every(([wanted, found]) => wanted === found) ? pairs.length : 0;
}
