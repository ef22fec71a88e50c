export const RANGES = ["15m", "1h", "24h", "7d", "14d", "30d"] as const;
export type Preset = (typeof RANGES)[number];
/** From one instant (included) to another, ISO 8601 in UTC. */
export type CustomRange = `${string}..${string}`;
export type RangeKey = Preset | CustomRange;

const HOUR_MS = 3_600_000;
const LENGTH_MS: Record<Preset, number> = {
  "15m": HOUR_MS / 4,
  "1h": HOUR_MS,
  "24h": 24 * HOUR_MS,
  "7d": 168 * HOUR_MS,
  "14d": 336 * HOUR_MS,
  "30d": 720 * HOUR_MS,
};
/** As long as the api answers for. */
const LONGEST_MS = 400 * 24 * HOUR_MS;

/** The range the address asks for; one that cannot be asked is the fallback. */
export function rangeOf(search: Pick<URLSearchParams, "get">, fallback: Preset = "24h"): RangeKey {
  const given = search.get("range") ?? "";
  return RANGES.find((range) => range === given) ?? customOf(...splitRange(given)) ?? fallback;
}

/** A range between two instants, or undefined when it is none, or longer than the api answers for. */
export function customOf(from: string, to: string): CustomRange | undefined {
  const length = Date.parse(to) - Date.parse(from);
  if (!(length > 0 && length <= LONGEST_MS)) return undefined;
  return `${new Date(from).toISOString()}..${new Date(to).toISOString()}`;
}

export const isCustom = (range: RangeKey): range is CustomRange => range.includes("..");

/** The range as the api takes it; one that is no custom one ends now. */
export function timesOf(range: RangeKey, now: Date): { from: string; to: string } {
  if (isCustom(range)) {
    const [from, to] = splitRange(range);
    return { from, to };
  }
  return { from: new Date(now.getTime() - LENGTH_MS[range]).toISOString(), to: now.toISOString() };
}

function splitRange(range: string): [from: string, to: string] {
  const [from = "", to = ""] = range.split("..");
  return [from, to];
}
