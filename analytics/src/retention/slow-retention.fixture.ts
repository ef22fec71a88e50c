import type { Period } from "./period.ts";
import type { RetentionQuery } from "./retention.ts";

interface SlowEvent {
  customer: string;
  name: string;
  /** Unix milliseconds. */
  time: number;
}

const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** The first day of the period that a moment lies in, by the words of docs/journeys-retention.md and nothing else. */
export function periodSlowly(time: number, timeZone: string, of: Period): string {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" });
  formats.set(timeZone, format);
  const day = format.format(time);
  if (of === "month") return `${day.slice(0, 7)}-01`;
  return of === "week" ? mondayOf(day) : day;
}

function mondayOf(day: string): string {
  const date = new Date(day);
  return date.getUTCDay() === 1
    ? day
    : mondayOf(new Date(date.getTime() - DAY_MS).toISOString().slice(0, 10));
}

/** Every period that anything in a range of time lies in, in order, found by walking over it in half days. */
function walkPeriods(from: number, to: number, [timeZone, of]: [string, Period]): string[] {
  const all = new Set([periodSlowly(to - 1, timeZone, of)]);
  for (let time = from; time < to; time += DAY_MS / 2) all.add(periodSlowly(time, timeZone, of));
  return [...all].toSorted();
}

interface SlowCohort {
  from: string;
  size: number;
  /** Customers who returned in the 1st, 2nd, ... period after. */
  returned: number[];
}

/** Asks of every customer, cohort and period on its own. */
export function retentionSlowly(
  events: readonly SlowEvent[],
  query: RetentionQuery,
  { timeZone, now }: { timeZone: string; now: number },
): SlowCohort[] {
  const [from, to] = [Date.parse(query.from), Date.parse(query.to)];
  const zone: [string, Period] = [timeZone, query.period];
  const current = periodSlowly(now, ...zone);
  const all = walkPeriods(from, to + (query.periods + 1) * 32 * DAY_MS, zone);
  const told = events.map((event) => ({ ...event, period: periodSlowly(event.time, ...zone) }));
  const customers = [...new Set(events.map(({ customer }) => customer))].filter(
    (customer) => customer !== "",
  );
  const periodsWith = (customer: string, name: string | undefined) =>
    told
      .filter((event) => event.customer === customer && (name === undefined || event.name === name))
      .map((event) => event.period)
      .toSorted();
  return walkPeriods(from, to, zone)
    .filter((cohort) => cohort <= current)
    .map((cohort) => {
      const members = customers.filter((customer) => {
        const starts = periodsWith(customer, query.start.event);
        return query.cohort === "first" ? starts[0] === cohort : starts.includes(cohort);
      });
      const returnedIn = (period: string | undefined) =>
        members.filter((one) => periodsWith(one, query.returning.event).includes(period ?? "")).length;
      const at = all.indexOf(cohort);
      const returned = Array.from({ length: query.periods }, (_, after) => returnedIn(all[at + after + 1]));
      return { from: cohort, size: members.length, returned };
    });
}
