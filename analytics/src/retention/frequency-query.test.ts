import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { queryFrequency } from "./frequency-query.ts";
import type { FrequencyQuery } from "./frequency.ts";
import { frequencySlowly } from "./slow-frequency.fixture.ts";
import { storeHistories, timeZones, within, type History } from "./slow-history.fixture.ts";

let warehouse: Warehouse;
let histories: History[];
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
  histories = await storeHistories(warehouse, 8);
});
afterAll(() => warehouse.close());

const HOUR = 3_600_000;
const questions = fc.record({
  activity: fc.constantFrom<FrequencyQuery["activity"]>({}, {}, { event: "opened" }, { event: "paid" }),
  period: fc.constantFrom<FrequencyQuery["period"]>("day", "week", "month"),
  from: within(-6, 1),
  days: fc.integer({ min: 2, max: 15 }),
  now: within(2, 40),
  timeZone: timeZones,
});

test("lifecycle and stickiness equal slow obvious ones on any history, of customers under any ids, in any time zone", async () => {
  const met = { new: 0, returning: 0, resurrecting: 0, dormant: 0 };
  for (const [nth, { from, days, now, timeZone, ...rest }] of fc.sample(questions, 16).entries()) {
    const { projectId, events = [] } = histories[nth % histories.length] ?? { projectId: "" };
    const [start, end] = [from, from + days * 24 * HOUR + 1];
    const query = { ...rest, from: new Date(start).toISOString(), to: new Date(end).toISOString() };
    const result = await queryFrequency(warehouse, { projectId, query, timeZone, now: new Date(now) });
    const slow = frequencySlowly(events, query, { timeZone, now });
    const asked = JSON.stringify({ query, timeZone, now });
    expect(result.periods, asked).toMatchObject(slow.periods);
    expect(result.periods).toHaveLength(slow.periods.length);
    expect(
      result.stickiness.map(({ share }) => share.cases),
      asked,
    ).toEqual(slow.stickiness);
    expect(result.customers).toBe(slow.stickiness.reduce((sum, each) => sum + each, 0));
    expect([(result.daily?.dailyActive ?? 0) * 30, result.daily?.monthlyActive ?? 0], asked).toEqual([
      expect.closeTo(slow.pairs, 6),
      slow.monthlyActive,
    ]);
    for (const period of result.periods)
      for (const kind of ["new", "returning", "resurrecting", "dormant"] as const)
        met[kind] += period[kind] ?? 0;
  }
  expect(Math.min(...Object.values(met))).toBeGreaterThan(20);
}, 600_000);
