import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { explainDrop } from "./explain.ts";
import type { ExplainQuery } from "./funnel.ts";
import { chainsSlowly, storeEvents, type TestEvent } from "./slow-funnel.fixture.ts";

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
});
afterAll(() => warehouse.close());

const NOON = Date.UTC(2026, 4, 1, 12);
const store = (events: TestEvent[]) => storeEvents(warehouse, events);

const histories = fc.record({
  events: fc.array(
    fc.record({
      customer_id: fc.constantFrom(...Array.from({ length: 60 }, (_, at) => `c${at}`)),
      session_id: fc.constant("s"),
      event_name: fc.constantFrom("a", "b", "b", "c", "failed", "failed"),
      time: fc
        .tuple(fc.integer({ min: -1, max: 6 }), fc.constantFrom(0, 0, 1))
        .map(([at, ms]) => NOON + at * 1000 + ms),
      received: fc.constant(NOON),
      flow: fc.constantFrom("", "transfer"),
      channel: fc.constantFrom("", "app", "web"),
      attributes: fc.constant({}),
    }),
    { minLength: 250, maxLength: 350 },
  ),
  retried: fc.array(fc.nat({ max: 349 }), { maxLength: 20 }),
  step: fc.integer({ min: 1, max: 2 }),
  windowSeconds: fc.integer({ min: 1, max: 4 }),
  now: fc.integer({ min: 3000, max: 12_000 }).map((ms) => new Date(NOON + ms)),
});

test("every factor's counts equal slow obvious ones on any history", async () => {
  await fc.assert(
    fc.asyncProperty(histories, async ({ events, retried, now, step, windowSeconds }) => {
      const once = events.map((event, at): TestEvent => {
        return { ...event, event_id: `${at}`, error_code: event.event_name === "failed" ? "E1" : "" };
      });
      const all = [...once, ...retried.flatMap((at) => once[at] ?? [])];
      const query: ExplainQuery = {
        steps: [{ event: "a" }, { event: "b" }, { event: "c" }],
        order: "ordered",
        unit: "customer",
        from: new Date(NOON).toISOString(),
        to: new Date(NOON + 5000).toISOString(),
        windowSeconds,
        step,
      };
      const { factors, ...counts } = await explainDrop(warehouse, {
        projectId: await store(all),
        query,
        now,
      });
      const expected = explainSlowly(all, query, now.getTime());
      expect(counts).toEqual({ step, reached: expected.reached, dropped: expected.dropped });
      const found = factors.map(({ kind, key, title, exposed, exposedDropped }) =>
        JSON.stringify([kind === "error" ? title : key, exposed, exposedDropped]),
      );
      expect(found.toSorted()).toEqual(expected.factors.toSorted());
      const costs = factors.map((factor) => factor.attributableDropOffs);
      expect(costs).toEqual(costs.toSorted((a, b) => b - a));
    }),
    { numRuns: 40 },
  );
}, 300_000);

function explainSlowly(sent: TestEvent[], query: ExplainQuery, now: number) {
  const chains = chainsSlowly(sent, query, now).filter(({ moments }) => moments.length >= query.step);
  const judged = chains
    .map((chain) => ({ ...chain, dropped: chain.moments.length === query.step }))
    .filter(({ dropped, open }) => !(dropped && open));
  const counts = new Map<string, { name: string; exposed: number; exposedDropped: number }>();
  for (const { unit, moments, events, dropped } of judged) {
    const since = moments[query.step - 1] ?? 0;
    const windowEnd = (moments[0] ?? 0) + query.windowSeconds * 1000;
    const isMet = ({ time }: TestEvent) =>
      time >= since && (dropped ? time <= windowEnd : time < (moments[query.step] ?? 0));
    const met = sent.filter((event) => event.customer_id === unit && event.error_code !== "" && isMet(event));
    const channel = events[query.step - 1]?.channel ?? "";
    const keys = new Set(met.map((event) => `${event.flow} ${event.error_code}`));
    if (channel !== "") keys.add(`channel=${channel}`);
    for (const key of keys) {
      const count = counts.get(key) ?? {
        name: key.split(" ").at(-1) ?? "",
        exposed: 0,
        exposedDropped: 0,
      };
      count.exposed += 1;
      count.exposedDropped += Number(dropped);
      counts.set(key, count);
    }
  }
  const factors = [...counts.values()]
    .filter(({ exposed }) => Math.min(exposed, judged.length - exposed) >= 10)
    .map(({ name, exposed, exposedDropped }) => JSON.stringify([name, exposed, exposedDropped]));
  return { reached: judged.length, dropped: judged.filter(({ dropped }) => dropped).length, factors };
}

test("an explanation never looks at another project's errors", async () => {
  const events = Array.from({ length: 40 }, (_, at): TestEvent[] => {
    const base = {
      customer_id: `c${at}`,
      session_id: "s",
      received: NOON,
      flow: "",
      channel: "",
      attributes: {},
    };
    return [
      { ...base, event_name: "a", time: NOON, event_id: `a${at}`, error_code: "" },
      ...(at < 20
        ? [{ ...base, event_name: "failed", time: NOON + 1, event_id: `f${at}`, error_code: "E1" }]
        : []),
    ];
  }).flat();
  const query: ExplainQuery = {
    steps: [{ event: "a" }, { event: "b" }],
    order: "ordered",
    unit: "customer",
    from: new Date(NOON).toISOString(),
    to: new Date(NOON + 5000).toISOString(),
    windowSeconds: 60,
    step: 1,
  };
  const now = new Date(NOON + 120_000);
  const projectId = await store(events);
  expect((await explainDrop(warehouse, { projectId, query, now })).factors).toHaveLength(1);
  const other = await store(events.filter((event) => event.error_code === ""));
  expect((await explainDrop(warehouse, { projectId: other, query, now })).factors).toEqual([]);
});
