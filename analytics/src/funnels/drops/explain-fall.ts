import type { Deps } from "../../deps.ts";
import type { IssueDrop } from "../../issues/issue.ts";
import { explainDrop } from "../explain/explain-drop.ts";
import { whyUnexplainable } from "../explain/explainable.ts";
import type { DropFactor } from "../explain/explanation.ts";
import { linkFactors } from "../explain/link-factors.ts";
import type { StepLook } from "./find-falls.ts";

const WEEK_MS = 7 * 86_400_000;
const MOST_FACTORS = 5;

type Factor = IssueDrop["factors"][number];

/**
 * What explains a fall: not what makes customers drop at the step, which may have done so for years, but what does so more than in
 * the week before. Shares are drop-offs attributable to a factor, of those who reached the step.
 */
export async function explainFall(
  deps: Deps,
  { projectId, look }: { projectId: string; look: StepLook },
): Promise<Factor[]> {
  const { breakdown: _, ...definition } = look.funnel.definition;
  const explain = async (from: Date, to: Date) => {
    const query = { ...definition, from: from.toISOString(), to: to.toISOString(), step: look.step };
    if (whyUnexplainable(query) !== undefined) return [];
    const found = await explainDrop(deps.warehouse, { projectId, query, now: deps.now() });
    const { factors, reached } = await linkFactors(deps.ledger, projectId, found);
    return factors.filter(({ significant }) => significant).map((factor) => toShare(factor, reached));
  };
  const now = await explain(look.from, look.to);
  const before = await explain(new Date(look.from.getTime() - WEEK_MS), look.from);
  return now
    .map(({ key, ...factor }) => ({
      ...factor,
      shareBefore: before.find((known) => known.key === key && known.kind === factor.kind)?.share ?? 0,
    }))
    .filter(({ share, shareBefore }) => share > shareBefore)
    .toSorted((a, b) => b.share - b.shareBefore - (a.share - a.shareBefore))
    .slice(0, MOST_FACTORS);
}

function toShare(factor: DropFactor, reached: number) {
  const { kind, key, title, fingerprint, relativeRisk, low, high, attributableDropOffs } = factor;
  return { kind, key, title, fingerprint, relativeRisk, low, high, share: attributableDropOffs / reached };
}
