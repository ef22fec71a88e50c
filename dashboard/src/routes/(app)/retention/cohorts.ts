import type { RetentionResult } from "@voxloop/analytics/shapes";
import type { Format } from "#format.ts";

type Cell = RetentionResult["cohorts"][number]["periods"][number];

/** As deep as numbers on it can be read. */
const DEEPEST = 45;

/** How deep a cell's colour is, in percent; none where the share is of too few. */
export function toHeat(share: Cell["share"]): number {
  if (share === null || share.share === null || share.tooFew) return 0;
  return Math.round(share.share * DEEPEST);
}

/** A share; of few customers the number, and of a period that is not over how many returned so far. */
export function sayCell(
  { state, returned, share }: Cell,
  size: number,
  format: Format,
): { text: string; isFaint: boolean; state: Cell["state"] } {
  if (state === "ahead") return { text: "", isFaint: true, state };
  if (size === 0) return { text: "–", isFaint: true, state: "over" };
  if (state === "running" || share === null)
    return { text: format.integer(returned ?? 0), isFaint: true, state };
  if (share.tooFew || share.share === null)
    return { text: `${format.integer(share.cases)} / ${format.integer(share.of)}`, isFaint: true, state };
  return { text: format.percent(share.share, 0), isFaint: false, state };
}

/** Whether any cohort has anybody. */
export const isEmpty = ({ cohorts }: RetentionResult): boolean => cohorts.every(({ size }) => size === 0);
