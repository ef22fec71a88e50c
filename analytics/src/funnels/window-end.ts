import type { Remembered } from "@voxloop/warehouse";
import type { FunnelQuery } from "./funnel.ts";

/** When the last window of a funnel ends: nothing after it changes an answer, not even that it is later now. */
export function windowEnd(
  { to, windowSeconds }: Pick<FunnelQuery, "to" | "windowSeconds">,
  of: { projectId: string; now: Date },
): { now: number; remembered: Remembered } {
  const until = new Date(new Date(to).getTime() + windowSeconds * 1000);
  return {
    now: Math.min(of.now.getTime(), until.getTime()),
    remembered: { project: of.projectId, until },
  };
}
