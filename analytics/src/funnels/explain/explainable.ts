import type { ExplainQuery } from "./explanation.ts";

/**
 * What of a funnel an explanation cannot follow, as "field: reason"; undefined when there is nothing. It compares who did the
 * next step with who did not within the same window: a funnel that can go on otherwise, or end earlier, has no such two sides.
 */
export function whyUnexplainable(query: ExplainQuery): string | undefined {
  const { steps, step, order, exclude = [] } = query;
  if (step >= steps.length) return "step: must have a step after it";
  const reason = "cannot be explained: only steps that must come in the given order, within one window, can";
  if (order !== "ordered") return `order: ${reason}`;
  if (exclude.length > 0) return `exclude: ${reason}`;
  for (const [at, { optional, withinSeconds }] of steps.entries()) {
    if (optional === true) return `steps.${at}.optional: ${reason}`;
    if (withinSeconds !== undefined) return `steps.${at}.withinSeconds: ${reason}`;
  }
  return undefined;
}
