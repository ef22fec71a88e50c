import { intervalOf, type RatioInterval } from "../stats/sequential-ratio.ts";
import {
  ALPHA,
  armOf,
  beforeAfter,
  differenceInDifferences,
  evidenceOf,
  sideBySide,
  type Comparison,
} from "./arms.ts";
import type { CellRow } from "./arms-query.ts";
import { daysNeeded } from "./days-needed.ts";
import { explain } from "./explain-verdict.ts";
import type { Observation } from "./observation.ts";
import type { Arm, Verdict, VerificationResult } from "./issue.ts";

/** Below this share of the customers expected from before, silence says nothing about the fix. */
const QUIET_SHARE = 0.1;
/** Older releases must keep at least this share of the customers to be a control. */
const CONTROL_SHARE = 0.1;
/** At least this share of both arms' customers must be known from before, for their difference before to be known. */
const KNOWN_SHARE = 0.2;

/** The verdict on what has been seen so far, by the rule of docs/verification.md. */
export function judge(seen: Observation): VerificationResult {
  const { cells, plan, at } = seen;
  const after = armOf(cells, "after");
  const control = armOf(cells, "control");
  const everybodyBefore = armOf(cells, "before_after", "before_control", "before_gone");
  const isRollout =
    control.customers > 0 && control.customers >= CONTROL_SHARE * (after.customers + control.customers);
  const isKnown = isRollout && areKnown(cells, after, control);
  const comparisons = chooseComparisons(cells, isRollout, isKnown);
  const interval = hullOf(comparisons.map((each) => intervalOf(evidenceOf(each), ALPHA)));
  const expected = (everybodyBefore.customers * seen.afterDays) / seen.beforeDays;
  const isQuiet = after.customers === 0 || after.customers + control.customers < expected * QUIET_SHARE;
  const verdict = isQuiet ? "no_traffic" : verdictOf(interval, plan.expectedChange);
  const isOpen = verdict === "inconclusive" && !seen.isWindowOver;
  const result: Omit<VerificationResult, "reason"> = {
    at: at.toISOString(),
    verdict,
    design: isKnown ? "difference_in_differences" : "before_after",
    before: isKnown ? armOf(cells, "before_after") : everybodyBefore,
    after,
    control: isRollout ? control : null,
    controlBefore: isKnown ? armOf(cells, "before_control") : null,
    ...changeOf(interval),
    expectedChange: plan.expectedChange,
    daysNeeded: isOpen ? longest(comparisons.map((each) => daysNeeded(each, seen))) : null,
  };
  return { ...result, reason: explain(result, seen) };
}

/**
 * Effective: the whole interval is below 0, the declared change lies within it or above it, and the estimate is nearer to
 * it than to no change. Not effective: the interval excludes the declared change.
 */
export function verdictOf({ estimate, low, high }: RatioInterval, expectedChange: number): Verdict {
  if (low - 1 > expectedChange) return "not_effective";
  return high < 1 && estimate - 1 <= expectedChange / 2 ? "effective" : "inconclusive";
}

/** As relative changes: all unknown when no customer was blocked, the upper bound when nothing excludes a large one. */
function changeOf({ estimate, low, high }: RatioInterval) {
  if (low === 0 && high === Infinity && estimate === 1) return { change: null, low: null, high: null };
  return { change: toChange(estimate), low: toChange(low), high: toChange(high) };
}

function toChange(ratio: number): number | null {
  return Number.isFinite(ratio) ? ratio - 1 : null;
}

/**
 * Without a control, before/after. With one whose customers are known from before, difference in differences. With a
 * control of customers who cannot be followed back, before/after and side by side must agree: the first could be fooled
 * by the season, the second by who takes a release early.
 */
function chooseComparisons(cells: readonly CellRow[], isRollout: boolean, isKnown: boolean): Comparison[] {
  if (isKnown) return [differenceInDifferences(cells)];
  return isRollout ? [beforeAfter(cells), sideBySide(cells)] : [beforeAfter(cells)];
}

function areKnown(cells: readonly CellRow[], after: Arm, control: Arm): boolean {
  return (
    armOf(cells, "past_after").customers >= KNOWN_SHARE * after.customers &&
    armOf(cells, "past_control").customers >= KNOWN_SHARE * control.customers
  );
}

/** What no comparison excludes, with the estimate that speaks least for the fix. */
function hullOf(intervals: readonly RatioInterval[]): RatioInterval {
  return {
    estimate: Math.max(...intervals.map((each) => each.estimate)),
    low: Math.min(...intervals.map((each) => each.low)),
    high: Math.max(...intervals.map((each) => each.high)),
  };
}

function longest(days: readonly (number | null)[]): number | null {
  return days.reduce((longest, each) => (longest === null || each === null ? null : Math.max(longest, each)));
}
