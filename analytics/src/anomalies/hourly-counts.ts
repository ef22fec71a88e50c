import type { Range } from "../http/range.ts";
import type { HourRow } from "./query.ts";

export const HOUR_MS = 3_600_000;

export interface HourlyCounts {
  unit: "blocked" | "customers";
  /** When the first of the counts begins. */
  from: Date;
  /** Customers of each hour up to the end of the range; null where the project was silent. */
  counts: (number | null)[];
}

/**
 * The hours of a range from when something was first seen, with what was counted in each. An hour in which no event at all came is
 * unknown, not empty: something was broken between the customers and here.
 */
export function hourlyCounts(
  rows: readonly HourRow[],
  of: { fingerprint: string; range: Range; firstSeen: Date; active: ReadonlySet<number> },
): HourlyCounts {
  const isBlocking = of.fingerprint === "" || rows.some(({ isInFlow }) => isInFlow);
  const unit = isBlocking ? "blocked" : "customers";
  const counted = new Map(
    rows.map((row) => [row.hoursBack, unit === "blocked" ? row.blockedCustomers : row.customers]),
  );
  const end = of.range.to.getTime();
  const begin = Math.max(of.range.from.getTime(), of.firstSeen.getTime());
  const hours = Math.max(0, Math.floor((end - begin) / HOUR_MS));
  const counts = Array.from({ length: hours }, (_, index) => {
    const hoursBack = hours - 1 - index;
    return isKnown(end - (hoursBack + 1) * HOUR_MS, of.active) ? (counted.get(hoursBack) ?? 0) : null;
  });
  return { unit, from: new Date(end - hours * HOUR_MS), counts };
}

/** An hour that lies across two of the clock is known when both are. */
function isKnown(begin: number, active: ReadonlySet<number>): boolean {
  const clock = Math.floor(begin / HOUR_MS) * HOUR_MS;
  return active.has(clock) && (clock === begin || active.has(clock + HOUR_MS));
}
