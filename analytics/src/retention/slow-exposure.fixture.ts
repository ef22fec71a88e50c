import { periodSlowly, walkPeriods, type SlowEvent } from "./slow-retention.fixture.ts";

const DAY_MS = 86_400_000;

interface Exposed extends SlowEvent {
  /** Whether it is the error asked about. */
  isError: boolean;
  isInScope: boolean;
}

interface Asked {
  from: number;
  to: number;
  now: number;
  timeZone: string;
  withinDays: number;
  /** A number of a customer that nothing else depends on. */
  numberOf: (customer: string) => bigint;
}

/** Who is compared and who of them returned, customer by customer, by the words of docs/journeys-retention.md and nothing else. */
export function exposureSlowly(events: readonly Exposed[], asked: Asked) {
  const dayOf = (time: number) => periodSlowly(time, asked.timeZone, "day");
  const all = walkPeriods(asked.from - 60 * DAY_MS, asked.to + 90 * DAY_MS, [asked.timeZone, "day"]);
  const active = new Set(events.map(({ time }) => dayOf(time)));
  const whole = walkPeriods(asked.from, asked.to, [asked.timeZone, "day"]);
  const begin = [...active].toSorted().find((day) => day >= (whole[0] ?? ""));
  const range = begin === undefined ? whole : whole.filter((day) => day >= begin);
  const today = dayOf(asked.now);
  const isKnown = (day: string) => (all[all.indexOf(day) + asked.withinDays] ?? "") < today;
  const known = range.filter(isKnown);
  const [first = ""] = range;
  const earliest = all[all.indexOf(first) - 14] ?? "";
  const units: { kind: "exposed" | "other" | "waiting"; day: string; before: number; returned: boolean }[] =
    [];
  for (const customer of new Set(events.map((event) => event.customer))) {
    if (customer === "") continue;
    const own = events.filter((event) => event.customer === customer);
    const days = new Set(own.map(({ time }) => dayOf(time)));
    const unitAt = (kind: "exposed" | "other" | "waiting", day: string) => {
      const at = all.indexOf(day);
      const before = all.slice(at - 14, at).filter((each) => days.has(each)).length;
      const returned = all.slice(at + 1, at + 1 + asked.withinDays).some((each) => days.has(each));
      units.push({ kind, day, before, returned });
    };
    const met = own
      .filter(({ isError }) => isError)
      .map(({ time }) => dayOf(time))
      .toSorted();
    const inRange = met.find((day) => range.includes(day));
    if (inRange !== undefined) unitAt(known.includes(inRange) ? "exposed" : "waiting", inRange);
    if (known.length === 0) continue;
    const drawn = known[Number(asked.numberOf(customer) % BigInt(known.length))] ?? "";
    const isSeen = own.some(({ isInScope, time }) => isInScope && dayOf(time) === drawn);
    const hadMet = met.some((day) => day >= earliest && day <= drawn);
    if (isSeen && !hadMet) unitAt("other", drawn);
  }
  return units;
}
