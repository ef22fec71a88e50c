import { activityOf, activityOfEvents } from "@voxloop/warehouse";
import type { EventFilter } from "../filters/event-filter.ts";
import type { Range } from "../http/range.ts";

const WEEK_MS = 7 * 86_400_000;

/** Before all events; ClickHouse takes no shorter number for a DateTime. */
export const BEGINNING = new Date("2002-01-01T00:00:00Z");

type Asked = Parameters<typeof activityOf>[1];

/**
 * Who was active when, to be told by days of a time zone: by the aggregate of whole hours, which is many times smaller than
 * events, unless days of the zone begin within one.
 */
export function activityByDay(
  range: Range,
  timeZone: string,
  asked: Asked = {},
): ReturnType<typeof activityOf> {
  const find = beginsOnHours(range, timeZone) ? activityOf : activityOfEvents;
  return find(range, asked);
}

/** Whether a filter asks for nothing, so that any event is one. */
export function isAnyEvent({ event, where = [] }: EventFilter): boolean {
  return event === undefined && Object.keys(where).length === 0;
}

/** Zones change how far they are from UTC twice a year at most; looking once a week misses no such time. */
function beginsOnHours({ from, to }: Range, timeZone: string): boolean {
  const minutes = new Intl.DateTimeFormat("en", { timeZone, minute: "numeric" });
  const isOnHour = (time: number) => {
    const hour = new Date(time);
    hour.setUTCMinutes(0, 0, 0);
    return minutes.format(hour) === "0";
  };
  for (let time = from.getTime(); time < to.getTime(); time += WEEK_MS) if (!isOnHour(time)) return false;
  return isOnHour(to.getTime());
}
