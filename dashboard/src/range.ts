export const RANGES = ["1h", "24h", "7d", "14d", "30d"] as const;
export type RangeKey = (typeof RANGES)[number];

const HOUR_MS = 3_600_000;
const LENGTH_MS: Record<RangeKey, number> = {
  "1h": HOUR_MS,
  "24h": 24 * HOUR_MS,
  "7d": 168 * HOUR_MS,
  "14d": 336 * HOUR_MS,
  "30d": 720 * HOUR_MS,
};

/** The range the address asks for; an unknown one is the fallback. */
export function rangeOf(search: Pick<URLSearchParams, "get">, fallback: RangeKey = "24h"): RangeKey {
  const given = search.get("range");
  return RANGES.find((range) => range === given) ?? fallback;
}

/** The range that ends now, as the api takes it. */
export function timesOf(range: RangeKey, now: Date): { from: string; to: string } {
  return { from: new Date(now.getTime() - LENGTH_MS[range]).toISOString(), to: now.toISOString() };
}
