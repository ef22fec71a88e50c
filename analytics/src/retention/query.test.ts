import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { queryRetention } from "./query.ts";
import type { RetentionQuery } from "./retention.ts";
import { storeHistories, timeZones, within, type History } from "./slow-history.fixture.ts";
import { periodSlowly, retentionSlowly } from "./slow-retention.fixture.ts";

let warehouse: Warehouse;
let histories: History[];
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
  histories = await storeHistories(warehouse, 8);
});
afterAll(() => warehouse.close());

const HOUR = 3_600_000;
const names = fc.constantFrom<RetentionQuery["start"]>({ event: "opened" }, { event: "paid" }, {});
const questions = fc.record({
  start: names,
  returning: names,
  cohort: fc.constantFrom<RetentionQuery["cohort"]>("first", "recurring"),
  period: fc.constantFrom<RetentionQuery["period"]>("day", "week", "month"),
  periods: fc.integer({ min: 2, max: 6 }),
  breakdown: fc.constantFrom<RetentionQuery["breakdown"]>(undefined, "channel", "channel"),
  from: within(-6, 1),
  days: fc.integer({ min: 2, max: 15 }),
  now: within(0, 40),
  timeZone: timeZones,
});

test("cohorts and segments equal slow obvious ones on any history, of customers under any ids, in any time zone", async () => {
  let returns = 0;
  for (const [nth, { from, days, now, timeZone, ...rest }] of fc.sample(questions, 24).entries()) {
    const { projectId, events = [] } = histories[nth % histories.length] ?? { projectId: "" };
    const [start, end] = [from, from + days * 24 * HOUR + 1];
    const query = { ...rest, from: new Date(start).toISOString(), to: new Date(end).toISOString() };
    const result = await queryRetention(warehouse, { projectId, query, timeZone, now: new Date(now) });
    const slow = retentionSlowly(events, query, { timeZone, now });
    const asked = JSON.stringify({ query, timeZone, now });
    const current = periodSlowly(now, timeZone, query.period);
    const states = (day: string) => (day < current ? "over" : day === current ? "running" : "ahead");
    expect(
      result.cohorts.map(({ from: day, size }) => ({ from: day, size })),
      asked,
    ).toEqual(slow.map(({ from: day, size }) => ({ from: day, size })));
    for (const [at, { periods, isOver, size, from: day }] of result.cohorts.entries()) {
      expect(isOver).toBe(day < current);
      expect(periods.map(({ state }) => state)).toEqual(periods.map((cell) => states(cell.from)));
      expect(
        periods.map(({ returned }) => returned),
        asked,
      ).toEqual(slow[at]?.returned.map((count, after) => (periods[after]?.state === "ahead" ? null : count)));
      for (const { state, returned, share } of periods) {
        expect(share === null ? null : [share.cases, share.of]).toEqual(
          state === "over" ? [returned, size] : null,
        );
        returns += returned ?? 0;
      }
    }
    const members = result.cohorts.flatMap(({ periods }, at) =>
      (slow[at]?.members ?? []).map((member) => ({ ...member, periods })),
    );
    const told = result.segments.flatMap(({ value }) => (value === null ? [] : [value]));
    if (query.breakdown === undefined) expect(result.segments).toEqual([]);
    else expect(result.segments.reduce((sum, { size }) => sum + size, 0)).toBe(members.length);
    for (const { value, size, totals } of result.segments) {
      const own = members.filter(({ channel }) =>
        value === null ? !told.includes(channel) : channel === value,
      );
      expect(size, asked).toBe(own.length);
      const over = (after: number) => own.filter(({ periods }) => periods[after]?.state === "over");
      expect(totals.map(({ cases, of }) => [cases, of])).toEqual(
        totals.map((_, after) => [
          over(after).filter(({ returned }) => returned[after]).length,
          over(after).length,
        ]),
      );
    }
    expect(told.length).toBeLessThanOrEqual(6);
  }
  expect(returns).toBeGreaterThan(100);
}, 600_000);
