import { z } from "zod";
import type { Range } from "../http/range.ts";
import { daysOf } from "../stats/days.ts";

export const period = z.enum(["day", "week", "month"]);
export type Period = z.infer<typeof period>;

const DAY_MS = 86_400_000;
/** 1970 began on a Thursday; weeks begin on Monday, as ISO 8601 has them. */
const DAYS_SINCE_MONDAY = 3;

/** The number of the period that an event's `time` lies in, counted from 1970 in {timeZone}: SQL, an Int32. */
export const PERIOD_SQL: Record<Period, string> = {
  day: "toInt32(toDate(time, {timeZone: String}))",
  week: `toInt32(intDiv(toInt32(toDate(time, {timeZone: String})) + ${DAYS_SINCE_MONDAY}, 7))`,
  month: "toInt32(12 * (toYear(time, {timeZone: String}) - 1970) + toMonth(time, {timeZone: String}) - 1)",
};

/** The same number of a calendar day, YYYY-MM-DD. */
export function periodOf(day: string, of: Period): number {
  const date = new Date(day);
  if (of === "month") return 12 * (date.getUTCFullYear() - 1970) + date.getUTCMonth();
  const days = date.getTime() / DAY_MS;
  return of === "day" ? days : Math.floor((days + DAYS_SINCE_MONDAY) / 7);
}

/** The first day of a period, YYYY-MM-DD. */
export function firstDay(number: number, of: Period): string {
  return dateOf(number, of).toISOString().slice(0, 10);
}

function dateOf(number: number, of: Period): Date {
  if (of === "month") return new Date(Date.UTC(1970, number));
  return new Date((of === "day" ? number : 7 * number - DAYS_SINCE_MONDAY) * DAY_MS);
}

/** The first and the last period that a range touches in a time zone (IANA). */
export function periodsOf(range: Range, timeZone: string, of: Period): { first: number; last: number } {
  const days = daysOf(range, timeZone);
  return { first: periodOf(days[0] ?? "", of), last: periodOf(days.at(-1) ?? "", of) };
}

/** A range of UTC that holds all of the periods in whatever time zone; it is up to a day longer at both ends. */
export function rangeAround(first: number, last: number, of: Period): Range {
  return {
    from: new Date(dateOf(first, of).getTime() - DAY_MS),
    to: new Date(dateOf(last + 1, of).getTime() + DAY_MS),
  };
}
