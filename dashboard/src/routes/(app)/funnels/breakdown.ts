import type { FunnelResult } from "@voxloop/analytics/shapes";
import { comparePoints, conversionOf, judgedOf } from "./funnel-view.ts";

export interface BreakdownRow {
  /** "" where it is not set, null of all others. */
  value: string | null;
  entered: number;
  /** Entered step 1 and can be judged. */
  judged: number;
  /** 0-1; null of too few. */
  conversion: number | null;
  /** From the conversion of all, in percentage points; null of too few. */
  points: number | null;
}

/** One row a value, in the order of the answer. */
export function toRows({ breakdown = [], ...all }: FunnelResult): BreakdownRow[] {
  return breakdown.map(({ value, ...counts }) => {
    const judged = judgedOf(counts);
    const { points } = comparePoints([counts.conversion, judged], [all.conversion, judgedOf(all)]);
    return {
      value,
      entered: counts.steps[0]?.entered ?? 0,
      judged,
      conversion: conversionOf(counts),
      points,
    };
  });
}

/** What is offered by name; any other property can be asked for too. */
export const OFFERED = [
  "vox.channel",
  "vox.audience",
  "os.name",
  "service.version",
  "client.geo.region",
] as const;
