import type { ScoreGap } from "@voxloop/analytics/shapes";

/** What may be said of a gap: nothing below 30 answers a side; a difference only where the interval excludes zero. */
export function judgeGap({ tooFew, low, high }: ScoreGap): "too_few" | "worse" | "better" | "unsure" {
  if (tooFew || low === null || high === null) return "too_few";
  if (high < 0) return "worse";
  return low > 0 ? "better" : "unsure";
}
