import type { Period } from "./period.ts";
import type { RetentionQuery } from "./retention.ts";

export interface SlowEvent {
  customer: string;
  name: string;
  /** Unix milliseconds. */
  time: number;
  channel: string;
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
export function walkPeriods(from: number, to: number, [timeZone, of]: [string, Period]): string[] {
  const all = new Set([periodSlowly(to - 1, timeZone, of)]);
  for (let time = from; time < to; time += DAY_MS / 2) all.add(periodSlowly(time, timeZone, of));
  return [...all].toSorted();
}

interface SlowCohort {
  from: string;
  size: number;
  /** Customers who returned in the 1st, 2nd, ... period after. */
  returned: number[];
  /** Each member's channel at their start in the cohort, with the periods after in which they returned. */
  members: { channel: string; returned: boolean[] }[];
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
  return walkPeriods(from, to, zone)
    .filter((cohort) => cohort <= current)
    .map((cohort) => cohortSlowly(told, query, { cohort, all }));
}

type Told = SlowEvent & { period: string };

function cohortSlowly(
  told: readonly Told[],
  query: RetentionQuery,
  { cohort, all }: { cohort: string; all: readonly string[] },
): SlowCohort {
  const eventsOf = (customer: string, name: string | undefined) =>
    told.filter((event) => event.customer === customer && (name === undefined || event.name === name));
  const customers = new Set(told.map(({ customer }) => customer).filter((customer) => customer !== ""));
  const members = [...customers].filter((customer) => {
    const starts = eventsOf(customer, query.start.event).map(({ period }) => period);
    return query.cohort === "first" ? starts.toSorted()[0] === cohort : starts.includes(cohort);
  });
  const afters = Array.from({ length: query.periods }, (_, nth) => all[all.indexOf(cohort) + nth + 1] ?? "");
  const returnedIn = (customer: string, period: string) =>
    eventsOf(customer, query.returning.event).some((event) => event.period === period);
  return {
    from: cohort,
    size: members.length,
    returned: afters.map((period) => members.filter((customer) => returnedIn(customer, period)).length),
    members: members.map((customer) => ({
      channel: firstChannel(eventsOf(customer, query.start.event).filter(({ period }) => period === cohort)),
      returned: afters.map((period) => returnedIn(customer, period)),
    })),
  };
}

const hourOf = ({ time }: SlowEvent) => Math.floor(time / 3_600_000);

function firstChannel(starts: readonly SlowEvent[]): string {
  const sorted = starts.toSorted((a, b) => hourOf(a) - hourOf(b) || (a.channel < b.channel ? -1 : 1));
  return sorted[0]?.channel ?? "";
}
