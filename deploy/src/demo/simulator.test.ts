import { describe, expect, test } from "vitest";
import { createCalendar, DAY_MS, HOUR_MS } from "./calendar.ts";
import { encodeOtlp } from "./otlp.ts";
import { createRandom } from "./random.ts";
import { createWorld, simulateDay } from "./simulator.ts";
import { DEMO, LIMIT_CHECK, NOISE, PASSCODE, RELEASE } from "./truths.ts";

const UNTIL = new Date("2026-05-15T09:30:00.000Z");
const world = createWorld({ until: UNTIL, customers: 600 });
const days = Array.from({ length: DEMO.days }, (_, day) => simulateDay(world, day));
const events = days.flat();
const of = (name: string) => events.filter((event) => event.name === name);

/** The share of a day's visits that are on 8.0.2. */
function shareOfFix(day: number): number {
  const visits = (days[day] ?? []).filter((event) => event.name === "session.start");
  return visits.filter((event) => event.release === RELEASE.fix).length / visits.length;
}

describe("the same seed and end", () => {
  test("give the same events, each day also on its own", () => {
    const again = createWorld({ until: UNTIL, customers: 600 });
    expect(simulateDay(again, 9)).toEqual(days[9]);
    expect(simulateDay(again, 0)).toEqual(days[0]);
  });

  test("another seed gives others", () => {
    const other = createWorld({ until: UNTIL, customers: 600, seed: "other" });
    expect(simulateDay(other, 0)).not.toEqual(days[0]);
  });

  test("the random numbers are those they were", () => {
    const random = createRandom("voxloop");
    expect([random.next(), random.next(), random.next()].map((each) => each.toFixed(6)))
      .toMatchInlineSnapshot(`
      [
        "0.707636",
        "0.040868",
        "0.066508",
      ]
    `);
  });
});

test("events have ids of their own, lie within the fortnight and run in order", () => {
  const ids = new Set(events.map((event) => event.attributes["log.record.uid"]));
  expect(ids.size).toBe(events.length);
  for (const day of days) {
    expect(day.every((event, at) => at === 0 || event.time >= (day[at - 1]?.time ?? 0))).toBe(true);
    for (const { time } of day) {
      expect(time).toBeGreaterThanOrEqual(world.calendar.start);
      expect(time).toBeLessThan(UNTIL.getTime());
    }
  }
});

test("the whole population makes 150,000 to 250,000 events", () => {
  const perCustomer = events.length / 600;
  expect(perCustomer * DEMO.customers).toBeGreaterThan(150_000);
  expect(perCustomer * DEMO.customers).toBeLessThan(250_000);
});

test("nights are quiet and weekends quieter than weekdays", () => {
  const local = of("session.start").map(({ time }) => new Date(time + 8 * HOUR_MS));
  const inHours = (low: number, high: number) =>
    local.filter((time) => time.getUTCHours() >= low && time.getUTCHours() < high).length;
  expect(inHours(19, 21)).toBeGreaterThan(5 * inHours(2, 4));
  const weekend = local.filter((time) => time.getUTCDay() % 6 === 0).length / 4;
  const week = local.filter((time) => time.getUTCDay() % 6 !== 0).length / 10;
  expect(weekend).toBeLessThan(0.9 * week);
});

test("8.0.2 comes out on the eighth day at ten in Shanghai, after a full week, and is taken gradually", () => {
  for (let hour = 0; hour < 24; hour++) {
    const { start, fixReleasedAt } = createCalendar(new Date(UNTIL.getTime() + hour * HOUR_MS));
    expect(fixReleasedAt - start).toBeGreaterThanOrEqual(7.25 * DAY_MS);
    expect(fixReleasedAt - start).toBeLessThan(8.25 * DAY_MS);
    expect(new Date(fixReleasedAt).toISOString()).toMatch(/T02:00:00.000Z$/);
  }
  expect(shareOfFix(6)).toBe(0);
  expect(shareOfFix(8)).toBeGreaterThan(0.2);
  expect(shareOfFix(8)).toBeLessThan(0.8);
  expect(shareOfFix(13)).toBeGreaterThan(0.8);
  expect(shareOfFix(13)).toBeLessThan(1);
});

test("E1042 never happens on the release that fixes it", () => {
  const refused = events.filter((event) => event.attributes["vox.error.code"] === LIMIT_CHECK.code);
  expect(refused.length).toBeGreaterThan(50);
  expect(refused.filter((event) => event.release === RELEASE.fix)).toEqual([]);
});

test("every noisy exception is followed by a success of its own attempt within a minute", () => {
  const noisy = of("exception").filter((event) => event.attributes["exception.type"] === NOISE.type);
  const success = new Map(
    of("vox.transaction")
      .filter((event) => event.attributes["vox.outcome"] === "succeeded")
      .map((event) => [event.attributes["vox.transaction.id"], event.time]),
  );
  expect(noisy.length).toBeGreaterThan(200);
  for (const { time, attributes } of noisy) {
    const succeededAt = success.get(attributes["vox.transaction.id"] ?? "");
    // The very last visits may be cut by the end of the fortnight.
    if (succeededAt === undefined) expect(UNTIL.getTime() - time).toBeLessThan(HOUR_MS);
    else expect(succeededAt - time).toBeLessThan(60_000);
  }
});

test("the code that does not arrive is met mostly in care mode on WeChat", () => {
  const met = events.filter((event) => event.attributes["vox.error.code"] === PASSCODE.code);
  const there = met.filter(
    ({ attributes }) => attributes["vox.audience"] === "care" && attributes["vox.channel"] === "wechat",
  );
  expect(there.length).toBeGreaterThan(0.5 * met.length);
  expect(there.length).toBeLessThan(met.length);
});

test("comments come in both languages, and some searches find nothing", () => {
  const comments = of("vox.survey.answered").map((event) => String(event.attributes["vox.comment"] ?? ""));
  expect(comments.filter((comment) => /\p{Script=Han}/u.test(comment)).length).toBeGreaterThan(20);
  expect(comments.filter((comment) => /^[\x20-\x7e]+$/.test(comment)).length).toBeGreaterThan(5);
  const results = of("vox.search").map((event) => event.attributes["vox.search.results"]);
  expect(results).toContain(0);
});

test("an OTLP request groups events by release and keeps every one", () => {
  const sample = (days[8] ?? []).slice(0, 500);
  const { resourceLogs } = JSON.parse(encodeOtlp(sample)) as {
    resourceLogs: { scopeLogs: { logRecords: unknown[] }[] }[];
  };
  expect(resourceLogs.length).toBe(new Set(sample.map((event) => event.release)).size);
  const records = resourceLogs.flatMap((of) => of.scopeLogs.flatMap((scope) => scope.logRecords));
  expect(records.length).toBe(500);
});
