import type { FunnelCounts, FunnelResult } from "@voxloop/analytics/shapes";

/** Fewer than these say nothing as a share. */
export const FEWEST = 30;

type Step = FunnelCounts["steps"][number];

/** Against the range of equal length before. */
export interface Compared {
  previous: number | null;
  /** In percentage points; null where either range has too few who can be judged. */
  points: number | null;
}

export interface FunnelBar {
  number: number;
  label: string;
  event: string;
  entered: number;
  enteredBefore: number | undefined;
  /** Of those who entered step 1, 0-1. */
  shareOfFirst: number;
  /** What happened after this step; absent for the last. */
  after?: {
    conversion: number | null;
    compared: Compared | undefined;
    dropped: number;
    /** Of those who entered this step, 0-1. */
    dropShare: number;
    stillInWindow: number;
    excluded: number;
    medianSeconds: number | null;
    p90Seconds: number | null;
    /** The step most are lost after. */
    isWorst: boolean;
  };
}

/** The funnel as bars; widths are shares of step 1. */
export function toBars({ steps, previous }: Pick<FunnelResult, "steps" | "previous">): FunnelBar[] {
  const first = steps[0]?.entered ?? 0;
  const lost = steps.slice(0, -1).map(({ dropped }) => dropped);
  const worst = Math.max(0, ...lost);
  return steps.map((step, index) => {
    const before = previous?.steps[index];
    const bar = {
      number: index + 1,
      label: step.label || step.event,
      event: step.event,
      entered: step.entered,
      enteredBefore: before?.entered,
      shareOfFirst: first === 0 ? 0 : step.entered / first,
    };
    if (index === steps.length - 1) return bar;
    const { conversion, dropped, stillInWindow, excluded, medianSeconds, p90Seconds } = step;
    const dropShare = step.entered === 0 ? 0 : dropped / step.entered;
    const isWorst = dropped > 0 && dropped === worst;
    const compared =
      before && comparePoints([step.conversion, judgedAt(step)], [before.conversion, judgedAt(before)]);
    const lostThere = { dropped, dropShare, stillInWindow, excluded, isWorst };
    return { ...bar, after: { conversion, compared, ...lostThere, medianSeconds, p90Seconds } };
  });
}

const judgedAt = ({ entered, stillInWindow, excluded }: Step): number => entered - stillInWindow - excluded;

/** Who entered step 1 and can be judged: what the conversion of the whole funnel is a share of. */
export function judgedOf({ steps }: FunnelCounts): number {
  const unjudged = steps.reduce((sum, { stillInWindow, excluded }) => sum + stillInWindow + excluded, 0);
  return (steps[0]?.entered ?? 0) - unjudged;
}

/** The share that went all the way; null of too few. */
export const conversionOf = (counts: FunnelCounts): number | null =>
  judgedOf(counts) < FEWEST ? null : counts.conversion;

type Share = readonly [share: number | null, of: number];

/** How far a share is from another. */
export function comparePoints([now, of]: Share, [previous, ofPrevious]: Share): Compared {
  const isTold = now !== null && previous !== null && of >= FEWEST && ofPrevious >= FEWEST;
  return { previous, points: isTold ? (now - previous) * 100 : null };
}

/** All the way, against the range before; undefined where that was not asked for. */
export const compareOverall = (result: FunnelResult): Compared | undefined =>
  result.previous &&
  comparePoints(
    [result.conversion, judgedOf(result)],
    [result.previous.conversion, judgedOf(result.previous)],
  );
