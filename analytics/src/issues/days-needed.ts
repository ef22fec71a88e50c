import { excludes, type Stratum } from "../stats/sequential-ratio.ts";
import { ALPHA, evidenceOf, type Comparison } from "./arms.ts";
import type { Observation } from "./observation.ts";

/** Further than a year is no forecast. */
const FORECAST_DAYS = 365;

/**
 * Days still needed until "no change" would be excluded, if traffic stays as it is and the declared change is true: the
 * same evidence, computed on the counts that are expected then. Null when nothing can be expected yet, or within a year.
 */
export function daysNeeded(comparison: Comparison, seen: Observation): number | null {
  const rates = ratesOf(comparison);
  if (rates === null || seen.afterDays <= 0) return null;
  const isDecidedAfter = (days: number) => {
    const expected = expectAfter(comparison, { rates, scale: days / seen.afterDays, seen });
    return excludes(evidenceOf(expected), 0, ALPHA);
  };
  if (!isDecidedAfter(FORECAST_DAYS)) return null;
  let [tooFew, enough] = [0, FORECAST_DAYS];
  while (enough - tooFew > 0.1) {
    const middle = (tooFew + enough) / 2;
    if (isDecidedAfter(middle)) enough = middle;
    else tooFew = middle;
  }
  return Math.max(1, Math.ceil(enough - seen.afterDays));
}

interface Rates {
  reference: number;
  /** What the group of interest had before, relative to the reference; 1 when it is compared with its own past. */
  selection: number;
}

function ratesOf({ now, before }: Comparison): Rates | null {
  const sum = total(now);
  if (sum.atRisk === 0 || sum.referenceEvents === 0) return null;
  const reference = sum.referenceEvents / sum.referenceAtRisk;
  if (before === null) return { reference, selection: 1 };
  const past = total(before);
  if (past.events === 0 || past.referenceEvents === 0) return null;
  return {
    reference,
    selection: past.events / past.atRisk / (past.referenceEvents / past.referenceAtRisk),
  };
}

function expectAfter(
  { now, before }: Comparison,
  { rates, scale, seen }: { rates: Rates; scale: number; seen: Observation },
): Comparison {
  const sum = scaled(total(now), scale);
  const rate = rates.reference * rates.selection * (1 + seen.plan.expectedChange);
  return {
    now: [{ ...sum, events: sum.atRisk * rate, referenceEvents: sum.referenceAtRisk * rates.reference }],
    before: before && [scaled(total(before), scale)],
  };
}

function total(strata: readonly Stratum[]): Stratum {
  const sum = { atRisk: 0, events: 0, referenceAtRisk: 0, referenceEvents: 0 };
  for (const stratum of strata) {
    sum.atRisk += stratum.atRisk;
    sum.events += stratum.events;
    sum.referenceAtRisk += stratum.referenceAtRisk;
    sum.referenceEvents += stratum.referenceEvents;
  }
  return sum;
}

function scaled(stratum: Stratum, by: number): Stratum {
  return {
    atRisk: stratum.atRisk * by,
    events: stratum.events * by,
    referenceAtRisk: stratum.referenceAtRisk * by,
    referenceEvents: stratum.referenceEvents * by,
  };
}
