import type { Driver, ExperienceIndex, Part, SegmentColumn } from "@voxloop/analytics/shapes";
import type { Format } from "#format.ts";
import { m } from "#paraglide/messages.js";

export const PART_LABELS: Record<Part, () => string> = {
  success: m.kpi_success,
  errorFree: m.kpi_error_free,
  speed: m.experience_speed,
  satisfaction: m.experience_satisfaction,
  sentiment: m.experience_sentiment,
};

export const PART_HELPS: Record<Part, () => string> = {
  success: m.experience_success_help,
  errorFree: m.experience_error_free_help,
  speed: m.experience_speed_help,
  satisfaction: m.experience_satisfaction_help,
  sentiment: m.experience_sentiment_help,
};

export const COLUMN_LABELS: Record<SegmentColumn, () => string> = {
  channel: m.experience_by_channel,
  audience: m.experience_by_audience,
  os: m.experience_by_os,
  release: m.experience_by_release,
  region: m.experience_by_region,
};

const MEASURES: Record<string, () => string> = {
  lcp: m.experience_lcp,
  inp: m.experience_inp,
  cls: m.experience_cls,
  screen: m.experience_screen,
  nps: m.experience_nps,
  csat: m.experience_csat,
};

/** What changed, in words: "Transaction success: transfer". */
export function sayDriver({ part, effect, key }: Driver): string {
  const label = PART_LABELS[part]();
  if (effect === "mix") return m.experience_mix({ part: label });
  if (part === "errorFree") return label;
  if (part === "success" || part === "sentiment")
    return m.experience_of({ part: label, what: key === "" ? m.experience_others() : key });
  return m.experience_of({ part: label, what: MEASURES[key]?.() ?? key });
}

/** An index or part to one digit; a dash where nothing is known. */
export const sayPoints = (value: number | null, format: Format): string =>
  value === null ? "–" : format.decimal(value);

/** Points with their sign, to one digit as the points themselves. */
export function sayChange(points: number, format: Format): string {
  const rounded = Math.round(points * 10) / 10;
  return rounded > 0 ? `+${format.decimal(rounded)}` : format.decimal(rounded === 0 ? 0 : rounded);
}

/** Drivers that are told by themselves, and what all others do together. */
export function listDrivers(drivers: ExperienceIndex["drivers"]): {
  shown: Driver[];
  others: { points: number; count: number } | undefined;
} {
  const moving = drivers.filter(({ points }) => Math.abs(points) >= LEAST_POINTS);
  const shown = moving.slice(0, MOST_DRIVERS);
  const rest = drivers.filter((driver) => !shown.includes(driver));
  const points = rest.reduce((sum, driver) => sum + driver.points, 0);
  return { shown, others: rest.length === 0 ? undefined : { points, count: rest.length } };
}

const MOST_DRIVERS = 8;
/** Less is shown as 0.0. */
const LEAST_POINTS = 0.05;

/** Whether chance alone explains what a driver did; undefined where that cannot be said. */
export function isChance({ low, high }: Pick<Driver, "low" | "high">): boolean | undefined {
  return low === null || high === null ? undefined : low <= 0 && high >= 0;
}
