import type { Issue, IssueState } from "@voxloop/analytics/shapes";

const ORDER: readonly IssueState[] = ["detected", "analysing", "decided", "released", "verifying", "closed"];

export interface LoopStep {
  state: IssueState;
  /** `skipped`: closed by a person before it came this far. */
  is: "done" | "current" | "ahead" | "skipped";
}

/** Where an issue stands on the loop. One closed by a verdict went all the way; by a person, nobody knows how far. */
export function stepsOf({
  state,
  closeReason,
  release,
}: Pick<Issue, "state" | "closeReason" | "release">): LoopStep[] {
  const at = ORDER.indexOf(state);
  const isCutShort = state === "closed" && closeReason !== "effective";
  return ORDER.map((step, index) => {
    if (index === at) return { state: step, is: "current" };
    if (index > at) return { state: step, is: "ahead" };
    const needsRelease = step === "released" || step === "verifying" || step === "decided";
    return { state: step, is: isCutShort && needsRelease && release === null ? "skipped" : "done" };
  });
}
