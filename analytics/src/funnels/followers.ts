import type { FunnelDefinition } from "./funnel.ts";

type Steps = Pick<FunnelDefinition, "steps">;

/** Steps, from 0, that a step may follow, the last first: those before it, down to a required one. */
export function predecessorsOf({ steps }: Steps, step: number): number[] {
  const before: number[] = [];
  for (let at = step - 1; at >= 0; at -= 1) {
    before.push(at);
    if (steps[at]?.optional !== true) break;
  }
  return before;
}

/** Steps that may follow one. */
export const followersOf = (query: Steps, step: number): number[] =>
  query.steps.flatMap((_, at) => (at > step && predecessorsOf(query, at).includes(step) ? [at] : []));

/** The longest time that any of the steps may take; without a limit Infinity. */
export const longestWithin = ({ steps }: Steps, of: readonly number[]): number =>
  Math.max(...of.map((step) => steps[step]?.withinSeconds ?? Infinity));
