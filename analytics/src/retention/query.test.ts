import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { insertCopiesApart } from "../slow-arrival.fixture.ts";
import { resolveSlowly, rowOf, storedId, type Sent } from "../slow-identities.fixture.ts";
import { queryRetention } from "./query.ts";
import type { RetentionQuery } from "./retention.ts";
import { periodSlowly, retentionSlowly } from "./slow-retention.fixture.ts";

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
});
afterAll(() => warehouse.close());

// Around a change to summer time in New York, the end of a month, and the turn of days and weeks there.
const TURN = Date.UTC(2026, 2, 1, 5);
const HOUR = 3_600_000;
const numbered = (what: string, many: number) => Array.from({ length: many }, (_, at) => `${what}${at}`);
const within = (min: number, max: number) =>
  fc
    .tuple(fc.integer({ min, max }), fc.constantFrom(-1, 0, 0, 1, HOUR))
    .map(([day, ms]) => TURN + day * 24 * HOUR + ms);
const events = fc.array(
  fc.record({
    time: fc.oneof(within(-5, 12), within(-5, 12), within(-35, 35)),
    user: fc.constantFrom("", "", "", ...numbered("u", 12)),
    installation: fc.constantFrom("", "", ...numbered("phone", 6)),
    session: fc.constantFrom("", "s1", "s2"),
    previous: fc.constantFrom("", "", "", "", "old", "u1"),
    name: fc.constantFrom("opened", "paid", "viewed"),
  }),
  // Dense enough that so many return in 30 histories, whichever they are.
  { minLength: 250, maxLength: 400 },
);
const names = fc.constantFrom<RetentionQuery["start"]>({ event: "opened" }, { event: "paid" }, {});
const questions = fc.record({
  events,
  start: names,
  returning: names,
  cohort: fc.constantFrom<RetentionQuery["cohort"]>("first", "recurring"),
  period: fc.constantFrom<RetentionQuery["period"]>("day", "week", "month"),
  periods: fc.integer({ min: 2, max: 6 }),
  from: within(-6, 1),
  days: fc.integer({ min: 2, max: 15 }),
  now: within(0, 40),
  timeZone: fc.constantFrom("America/New_York", "Asia/Shanghai", "Pacific/Kiritimati", "UTC"),
});

let projects = 0;
/** Stores the events, each in two copies, as a project of their own. */
async function store(sent: readonly (Sent & { name: string })[]): Promise<string> {
  const project_id = `p${(projects += 1)}`;
  const rows = sent.map((one, at) => ({
    ...rowOf(one, `e${at}`),
    project_id,
    ...(one.previous === "" && { event_name: one.name }),
  }));
  const copies = rows.map((row) => ({ ...row, received_at: new Date(TURN).toISOString() }));
  await insertCopiesApart(warehouse, [...rows, ...copies]);
  return project_id;
}

test("cohorts equal slow obvious ones on any history, of customers under any ids, in any time zone", async () => {
  let returns = 0;
  await fc.assert(
    fc.asyncProperty(questions, async ({ events: told, from, days, now, timeZone, ...rest }) => {
      // Two links at the same moment leave the first to chance; who is whose is tested elsewhere.
      const sent = told.map((one, at) => ({
        ...one,
        time: one.time + (one.user === "" ? 0 : 10 * at),
        outcome: "",
      }));
      const [start, end] = [from, from + days * 24 * HOUR + 1];
      const query = { ...rest, from: new Date(start).toISOString(), to: new Date(end).toISOString() };
      const question = { projectId: await store(sent), query, timeZone, now: new Date(now) };
      const result = await queryRetention(warehouse, question);
      const whose = resolveSlowly(sent);
      const of = sent.map((one) => ({
        customer: whose(storedId(one)),
        name: one.previous === "" ? one.name : "vox.identified",
        time: one.time,
      }));
      const slow = retentionSlowly(of, query, { timeZone, now });
      const current = periodSlowly(now, timeZone, query.period);
      const states = (day: string) => (day < current ? "over" : day === current ? "running" : "ahead");
      expect(result.cohorts.map(({ from: day, size }) => ({ from: day, size }))).toEqual(
        slow.map(({ from: day, size }) => ({ from: day, size })),
      );
      for (const [at, { periods, isOver, size, from: day }] of result.cohorts.entries()) {
        expect(isOver).toBe(day < current);
        expect(periods.map(({ state }) => state)).toEqual(periods.map((cell) => states(cell.from)));
        expect(periods.map(({ returned }) => returned)).toEqual(
          slow[at]?.returned.map((count, after) => (periods[after]?.state === "ahead" ? null : count)),
        );
        for (const { state, returned, share } of periods) {
          expect(share === null ? null : [share.cases, share.of]).toEqual(
            state === "over" ? [returned, size] : null,
          );
          returns += returned ?? 0;
        }
      }
    }),
    // Shrinking asks the engine thousands of times, and would time out before it says what failed.
    { numRuns: 30, endOnFailure: true },
  );
  expect(returns).toBeGreaterThan(100);
}, 600_000);
