import type { Range } from "../http/range.ts";
import { daysOf } from "../stats/days.ts";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const EDGES = [
  [0, 1, 2, 5, 10, 20, 30],
  [1, 2, 5, 10, 20, 30].map((minutes) => minutes * MINUTE),
  [1, 2, 4, 8, 12].map((hours) => hours * HOUR),
  [1, 2, 4, 7, 14, 30, 60, 90, 180, 366].map((days) => days * DAY),
].flat();

/** Seconds at which the bins of a histogram begin and end, from 0 to past the window; the same of every funnel, to compare them. */
export function histogramEdges(windowSeconds: number): number[] {
  const past = EDGES.findIndex((edge) => edge > windowSeconds);
  return EDGES.slice(0, past + 1);
}

const HOURS_MOST_DAYS = 31;

/** Whether a range by the hour has too many of them to be read. */
export const isTooLongByHour = ({ from, to }: Range): boolean =>
  to.getTime() - from.getTime() > HOURS_MOST_DAYS * DAY * 1000;

/** SQL of the bucket of a chain's `start`; the caller binds {timeZone}. */
export const BUCKET_SQL = {
  day: "toString(toDate(fromUnixTimestamp64Milli(start), {timeZone: String}))",
  hour: "toString(toUnixTimestamp(toStartOfHour(toDateTime(fromUnixTimestamp64Milli(start), {timeZone: String}))))",
} as const;

/** Every bucket that a range touches: its key in `BUCKET_SQL`, and how it is told. */
export function bucketsOf(range: Range, timeZone: string, by: "day" | "hour"): { key: string; at: string }[] {
  if (by === "day") return daysOf(range, timeZone).map((day) => ({ key: day, at: day }));
  // Hours begin at quarters of UTC's in zones such as Kathmandu's.
  const quarter = (HOUR / 4) * 1000;
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, minute: "numeric" });
  const hours: { key: string; at: string }[] = [];
  const first = Math.floor(range.from.getTime() / quarter) * quarter - 3 * quarter;
  for (let time = first; time < range.to.getTime(); time += quarter) {
    if (Number(format.format(time)) !== 0 || time + HOUR * 1000 <= range.from.getTime()) continue;
    hours.push({ key: String(time / 1000), at: new Date(time).toISOString() });
  }
  return hours;
}
