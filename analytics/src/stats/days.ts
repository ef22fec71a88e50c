import type { Range } from "../http/range.ts";

const DAY_MS = 86_400_000;

/** The calendar days (YYYY-MM-DD) of a time zone (IANA) that a range touches. */
export function daysOf({ from, to }: Range, timeZone: string): string[] {
  const dayAt = dayFormat(timeZone);
  const last = Date.parse(dayAt(to.getTime() - 1));
  const days: string[] = [];
  for (let day = Date.parse(dayAt(from.getTime())); day <= last; day += DAY_MS)
    days.push(new Date(day).toISOString().slice(0, 10));
  return days;
}

/** Those of them that lie in the range in part only: the first, the last, or none. */
export function partialDays({ from, to }: Range, timeZone: string): Set<string> {
  const dayAt = dayFormat(timeZone);
  const cut = [from, to].filter((end) => dayAt(end.getTime() - 1) === dayAt(end.getTime()));
  return new Set(cut.map((end) => dayAt(end.getTime())));
}

function dayFormat(timeZone: string): (time: number) => string {
  // The locale of Sweden writes ISO 8601 days.
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" });
  return (time) => format.format(time);
}
