import type { FunnelResult } from "@voxloop/analytics/shapes";

export interface FunnelBar {
  number: number;
  label: string;
  event: string;
  entered: number;
  /** Of those who entered step 1, 0-1. */
  shareOfFirst: number;
  /** What happened after this step; absent for the last. */
  after?: {
    conversion: number | null;
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
export function toBars(steps: FunnelResult["steps"]): FunnelBar[] {
  const first = steps[0]?.entered ?? 0;
  const lost = steps.slice(0, -1).map(({ dropped }) => dropped);
  const worst = Math.max(0, ...lost);
  return steps.map((step, index) => {
    const bar = {
      number: index + 1,
      label: step.label || step.event,
      event: step.event,
      entered: step.entered,
      shareOfFirst: first === 0 ? 0 : step.entered / first,
    };
    if (index === steps.length - 1) return bar;
    const { conversion, dropped, stillInWindow, excluded, medianSeconds, p90Seconds } = step;
    const dropShare = step.entered === 0 ? 0 : dropped / step.entered;
    const isWorst = dropped > 0 && dropped === worst;
    return {
      ...bar,
      after: { conversion, dropped, dropShare, stillInWindow, excluded, medianSeconds, p90Seconds, isWorst },
    };
  });
}
