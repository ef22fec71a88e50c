import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { stratifiedGap } from "../stats/mantel-haenszel.ts";
import { shareGap, shareOf } from "../stats/share.ts";
import { queryExposure } from "./exposure-query.ts";
import { exposureSlowly } from "./slow-exposure.fixture.ts";
import { storeHistories, timeZones, within, type History } from "./slow-history.fixture.ts";

let warehouse: Warehouse;
let histories: History[];
let numbers: Map<string, bigint>;
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
  histories = await storeHistories(warehouse, 6);
  const ids = [...new Set(histories.flatMap(({ events }) => events.map(({ customer }) => customer)))];
  const row = z.object({ id: z.string(), number: z.string() });
  const sql = "SELECT arrayJoin({ids: Array(String)}) AS id, toString(sipHash64(id)) AS number";
  const rows = await warehouse.query({ name: "numbers", sql, params: { ids }, row });
  numbers = new Map(rows.map(({ id, number }) => [id, BigInt(number)]));
});
afterAll(() => warehouse.close());

const HOUR = 3_600_000;
const questions = fc.record({
  flow: fc.constantFrom(undefined, "pay", "transfer"),
  errorFlow: fc.constantFrom("pay", "transfer", ""),
  withinDays: fc.integer({ min: 1, max: 5 }),
  from: within(-6, 1),
  days: fc.integer({ min: 2, max: 12 }),
  now: within(0, 40),
  timeZone: timeZones,
});
const row = z.object({ fingerprint: z.string() });

test("who is compared and who returned equal slow obvious ones on any history, of customers under any ids, in any time zone", async () => {
  const met = { exposed: 0, other: 0, waiting: 0 };
  for (const [nth, { from, days, now, timeZone, ...asked }] of fc.sample(questions, 16).entries()) {
    const { projectId, events = [] } = histories[nth % histories.length] ?? { projectId: "" };
    const [start, end] = [from, from + days * 24 * HOUR + 1];
    const errorFlow = asked.flow ?? asked.errorFlow;
    // A code is one group a flow, a crash one of all flows.
    const isCrash = nth % 2 === 0;
    const sql =
      "SELECT any(fingerprint) AS fingerprint FROM error_events_v1 WHERE project_id = {project: String} AND " +
      (isCrash ? "error_type = 'Crash'" : "error_code = 'E1' AND flow = {flow: String}");
    const isInScope = ({ flow }: { flow: string }) => asked.flow === undefined || flow === asked.flow;
    const params = { project: projectId, flow: errorFlow };
    const [group] = await warehouse.query({ name: "group", sql, params, row });
    const query = {
      fingerprint: group?.fingerprint ?? "",
      flow: asked.flow,
      withinDays: asked.withinDays,
      from: new Date(start).toISOString(),
      to: new Date(end).toISOString(),
    };
    const result = await queryExposure(warehouse, { projectId, query, timeZone, now: new Date(now) });
    const units = exposureSlowly(
      events.map((event) => ({
        ...event,
        isError: isCrash
          ? event.code === "crash" && isInScope(event)
          : event.code === "E1" && event.flow === errorFlow,
        isInScope: isInScope(event),
      })),
      {
        from: start,
        to: end,
        now,
        timeZone,
        withinDays: asked.withinDays,
        numberOf: (customer) => numbers.get(customer) ?? 0n,
      },
    );
    const said = JSON.stringify({ query, timeZone, now });
    const shareIn = (kind: string, { from: least, to: most } = { from: 0, to: 14 }) => {
      const own = units.filter((unit) => unit.kind === kind && unit.before >= least && unit.before <= most);
      return shareOf(own.filter(({ returned }) => returned).length, own.length);
    };
    expect(result, said).toMatchObject({
      exposed: shareIn("exposed"),
      others: shareIn("other"),
      adjusted: stratifiedGap(tablesSlowly(units)),
      plain: shareGap(shareIn("exposed"), shareIn("other")),
      waiting: shareIn("waiting").of,
      strata: result.strata.map(({ activeDays }) => ({
        activeDays,
        exposed: shareIn("exposed", activeDays),
        others: shareIn("other", activeDays),
      })),
    });
    for (const { kind } of units) met[kind] += 1;
  }
  expect(Math.min(...Object.values(met))).toBeGreaterThan(10);
}, 600_000);

test("an error that harms nobody is not said to drive customers away, nor to bring them back, whoever comes more often", async () => {
  const zone = { timeZone: "UTC", withinDays: 3 };
  const random = createRandom(11);
  const [start, end] = [Date.UTC(2026, 2, 1), Date.UTC(2026, 2, 15)];
  const gaps = Array.from({ length: 12 }, (_, run) => {
    const events = Array.from({ length: 900 }, (__, at) =>
      historyOf(`${run}.${at}`, at % 3 === 0 ? 0.6 : 0.06),
    ).flat();
    const units = exposureSlowly(events, {
      ...zone,
      from: start,
      to: end,
      now: end + 30 * 24 * HOUR,
      numberOf,
    });
    return stratifiedGap(tablesSlowly(units));
  });
  const held = gaps.filter(({ low, high }) => low !== null && high !== null && low <= 0 && high >= 0);
  expect(held.length).toBeGreaterThanOrEqual(10);
  const mean = gaps.reduce((sum, { gap }) => sum + (gap ?? 0), 0) / gaps.length;
  expect(Math.abs(mean)).toBeLessThan(0.03);

  /** One event a day, or none; one in ten is the error. */
  function historyOf(customer: string, chance: number) {
    return Array.from({ length: 34 }, (_, day) => day)
      .filter(() => random() < chance)
      .map((day) => ({
        customer,
        time: start + (day - 14) * 24 * HOUR + HOUR,
        name: "viewed",
        channel: "",
        isError: random() < 0.1,
        isInScope: true,
      }));
  }
}, 600_000);

const groupOf = (before: number) => [0, 1, 2, 2, 3, 3, 3][before] ?? 4;

/** One a day and group of customers who were as active. */
function tablesSlowly(units: ReturnType<typeof exposureSlowly>) {
  return [...Map.groupBy(units, ({ day, before }) => `${day}/${groupOf(before)}`).values()].map((own) => {
    const of = (kind: string) => own.filter((unit) => unit.kind === kind);
    const cases = (kind: string) => of(kind).filter(({ returned }) => returned).length;
    return {
      exposed: of("exposed").length,
      exposedCases: cases("exposed"),
      unexposed: of("other").length,
      unexposedCases: cases("other"),
    };
  });
}

const numberOf = (customer: string) => BigInt(Math.floor(Number(customer) * 7919) * 31);

/** A generator of numbers in 0..1 that repeats with its seed (Park and Miller, 1988). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
