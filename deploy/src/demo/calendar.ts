import { DEMO } from "./truths.ts";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** China has one time zone and no daylight saving time. */
const SHANGHAI_OFFSET_MS = 8 * HOUR_MS;

/** The simulated fortnight. Times are Unix milliseconds. */
export interface Calendar {
  start: number;
  until: number;
  /** When 8.0.2 came out: at least a week and six hours after the start, so that there is a week to compare with. */
  fixReleasedAt: number;
}

export function createCalendar(until: Date): Calendar {
  const start = until.getTime() - DEMO.days * DAY_MS;
  const earliest = start + 7.25 * DAY_MS;
  const tenOClock = 10 * HOUR_MS - SHANGHAI_OFFSET_MS;
  const fixReleasedAt = Math.ceil((earliest - tenOClock) / DAY_MS) * DAY_MS + tenOClock;
  return { start, until: until.getTime(), fixReleasedAt };
}

/** How busy each hour of a Shanghai day is, from midnight: quiet nights, a lunch and an evening peak. */
const HOURS = [2, 1, 1, 1, 1, 2, 5, 10, 16, 20, 21, 20, 24, 19, 17, 17, 17, 17, 19, 23, 26, 22, 14, 6];
const BUSIEST = Math.max(...HOURS);
const WEEKEND = 0.78;

/** The share of a busy weekday hour's traffic that comes at this time, 0 to 1. */
export function trafficAt(time: number): number {
  const local = new Date(time + SHANGHAI_OFFSET_MS);
  const isWeekend = local.getUTCDay() === 0 || local.getUTCDay() === 6;
  return ((HOURS[local.getUTCHours()] ?? 1) / BUSIEST) * (isWeekend ? WEEKEND : 1);
}

/** The mean of `trafficAt` over a weekday. */
export const MEAN_TRAFFIC = HOURS.reduce((sum, hour) => sum + hour, 0) / HOURS.length / BUSIEST;
