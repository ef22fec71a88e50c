import type { FrequencyQuery } from "./frequency.ts";
import { periodSlowly, walkPeriods, type SlowEvent } from "./slow-retention.fixture.ts";

const DAY_MS = 86_400_000;

const before = (all: readonly string[], period: string) => all[all.indexOf(period) - 1] ?? "";

/** Asks of every customer and period on its own, by the words of docs/journeys-retention.md and nothing else. */
export function frequencySlowly(
  events: readonly SlowEvent[],
  query: FrequencyQuery,
  { timeZone, now }: { timeZone: string; now: number },
) {
  const [from, to] = [Date.parse(query.from), Date.parse(query.to)];
  const { event } = query.activity;
  const active = events.filter(
    ({ customer, name }) => customer !== "" && (event === undefined || name === event),
  );
  const customers = [...new Set(active.map(({ customer }) => customer))];
  const inPeriods = (customer: string, of: FrequencyQuery["period"]) =>
    new Set(
      active.filter((one) => one.customer === customer).map(({ time }) => periodSlowly(time, timeZone, of)),
    );
  const current = periodSlowly(now, timeZone, query.period);
  const asked = walkPeriods(from, to, [timeZone, query.period]).filter((period) => period <= current);
  const all = walkPeriods(from - 32 * DAY_MS, to, [timeZone, query.period]);
  const periodsOf = new Map(customers.map((customer) => [customer, inPeriods(customer, query.period)]));
  const count = (is: (own: Set<string>) => boolean) => [...periodsOf.values()].filter(is).length;
  return {
    periods: asked.map((period) =>
      lifecycleSlowly(count, { period, previous: before(all, period), current }),
    ),
    stickiness: asked.map((_, at) =>
      count((own) => asked.filter((period) => own.has(period)).length === at + 1),
    ),
    ...dailySlowly(
      customers.map((customer) => inPeriods(customer, "day")),
      { from, to, timeZone, now },
    ),
  };
}

const firstOf = (own: Set<string>) => [...own].toSorted()[0];

function lifecycleSlowly(
  count: (is: (own: Set<string>) => boolean) => number,
  { period, previous, current }: { period: string; previous: string; current: string },
) {
  return {
    from: period,
    active: count((own) => own.has(period)),
    new: count((own) => firstOf(own) === period),
    returning: count((own) => own.has(period) && own.has(previous)),
    resurrecting: count((own) => own.has(period) && !own.has(previous) && firstOf(own) !== period),
    dormant: period < current ? count((own) => !own.has(period) && own.has(previous)) : null,
  };
}

/** Pairs of a customer and one of the last 30 days that are over, and how many customers are in them. */
function dailySlowly(
  ofCustomers: readonly Set<string>[],
  { from, to, timeZone, now }: { from: number; to: number; timeZone: string; now: number },
) {
  const today = periodSlowly(now, timeZone, "day");
  const days = walkPeriods(from, to, [timeZone, "day"]).filter((day) => day < today);
  const last = days.at(-1) ?? periodSlowly(now - DAY_MS, timeZone, "day");
  const end = Date.parse(last) + 2 * DAY_MS;
  const month = walkPeriods(end - 42 * DAY_MS, end, [timeZone, "day"])
    .filter((day) => day <= last)
    .slice(-30);
  const pairs = ofCustomers.map((own) => month.filter((day) => own.has(day)).length);
  return {
    pairs: pairs.reduce((sum, each) => sum + each, 0),
    monthlyActive: pairs.filter((each) => each > 0).length,
  };
}
