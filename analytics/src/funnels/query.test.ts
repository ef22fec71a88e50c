import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FunnelQuery, FunnelResult, FunnelStep } from "./funnel.ts";
import { queryFunnel } from "./query.ts";
import { chainsSlowly, storeEvents, type SlowChain, type TestEvent } from "./slow-funnel.fixture.ts";

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
});
afterAll(() => warehouse.close());

const NOON = Date.UTC(2026, 4, 1, 12);
const HOUR = 3_600_000;
const LATER = new Date(NOON + 100 * HOUR);

const store = (events: TestEvent[]) => storeEvents(warehouse, events);

let ids = 0;
const event = (event_name: string, at: number, change: Partial<TestEvent> = {}): TestEvent => ({
  customer_id: "c1",
  session_id: "s1",
  event_name,
  time: NOON + at,
  received: NOON + HOUR,
  event_id: `id${1000 + (ids += 1)}`,
  flow: "",
  channel: "",
  error_code: "",
  attributes: {},
  ...change,
});

const funnel = (change: Partial<FunnelQuery> = {}): FunnelQuery => ({
  steps: [{ event: "a" }, { event: "b" }, { event: "c" }],
  order: "ordered",
  windowSeconds: 60,
  unit: "customer",
  from: new Date(NOON).toISOString(),
  to: new Date(NOON + HOUR).toISOString(),
  ...change,
});

async function ask(
  events: TestEvent[],
  change: Partial<FunnelQuery> = {},
  now = LATER,
): Promise<FunnelResult> {
  return queryFunnel(warehouse, { projectId: await store(events), funnel: funnel(change), now });
}
const entered = async (...question: Parameters<typeof ask>) =>
  (await ask(...question)).steps.map((step) => step.entered);

test("steps count in order, whatever lies between them", async () => {
  expect(await entered([event("a", 0), event("x", 1), event("b", 2), event("c", 3)])).toEqual([1, 1, 1]);
  expect(await entered([event("b", 0), event("a", 1), event("c", 2)])).toEqual([1, 0, 0]);
});

test("the window starts at step 1 and includes its last millisecond", async () => {
  expect(await entered([event("a", 0), event("b", 1), event("c", 60_000)])).toEqual([1, 1, 1]);
  expect(await entered([event("a", 0), event("b", 1), event("c", 60_001)])).toEqual([1, 1, 0]);
});

test("step 1 happens in the range, later steps may follow its end", async () => {
  expect(await entered([event("a", HOUR - 1), event("b", HOUR + 1)])).toEqual([1, 1, 0]);
  expect(await entered([event("a", HOUR), event("b", HOUR + 1)])).toEqual([0, 0, 0]);
  expect(await entered([event("a", -1), event("b", 1)])).toEqual([0, 0, 0]);
  expect(await entered([event("a", 0), event("b", 1)])).toEqual([1, 1, 0]);
});

test("events of the same millisecond count in arrival order", async () => {
  const early = { received: NOON + HOUR - 1 };
  expect(await entered([event("b", 0), event("a", 0, early)])).toEqual([1, 1, 0]);
  expect(await entered([event("b", 0, early), event("a", 0)])).toEqual([1, 0, 0]);
});

test("one event serves one step", async () => {
  const steps = [{ event: "a" }, { event: "a" }];
  expect(await entered([event("a", 0)], { steps })).toEqual([1, 0]);
  expect(await entered([event("a", 0), event("a", 0)], { steps })).toEqual([1, 1]);
});

test("a retried event does not serve a second step", async () => {
  const once = event("a", 0);
  expect(
    await entered([once, { ...once, received: once.received + 5 }], {
      steps: [{ event: "a" }, { event: "a" }],
    }),
  ).toEqual([1, 0]);
});

test("who can still go on is reported apart from who dropped", async () => {
  const events = [
    event("a", 0),
    event("a", 10_000, { customer_id: "c2" }),
    event("b", 20_000, { customer_id: "c2" }),
  ];
  const at = async (now: number) => (await ask(events, {}, new Date(NOON + now))).steps;
  expect((await at(59_999))[0]).toMatchObject({
    entered: 2,
    continued: 1,
    dropped: 0,
    stillInWindow: 1,
    conversion: 1,
  });
  expect((await at(60_000))[0]).toMatchObject({ dropped: 1, stillInWindow: 0, conversion: 0.5 });
  expect((await at(60_000))[1]).toMatchObject({ entered: 1, stillInWindow: 1, conversion: null });
  expect((await at(70_000))[1]).toMatchObject({ entered: 1, stillInWindow: 0, dropped: 1, conversion: 0 });
});

test("sessions can be the unit, and nobody is no unit", async () => {
  const events = [
    event("a", 0),
    event("b", 1, { session_id: "s2" }),
    event("a", 0, { customer_id: "", session_id: "s3" }),
  ];
  expect(await entered(events)).toEqual([1, 1, 0]);
  expect(await entered(events, { unit: "session" })).toEqual([2, 0, 0]);
});

test("another project's events are not counted", async () => {
  await store([event("a", 0), event("b", 1)]);
  expect(await entered([event("b", 1)])).toEqual([0, 0, 0]);
});

test("a step's filters name columns, attributes of columns, or other attributes", async () => {
  const events = [event("a", 0, { flow: "transfer", attributes: { plan: "gold" } })];
  const first = async (where: Record<string, string>) =>
    (await entered(events, { steps: [{ event: "a", where }, { event: "b" }] }))[0];
  expect(await first({ "vox.flow": "transfer", plan: "gold" })).toBe(1);
  expect(await first({ flow: "transfer" })).toBe(1);
  expect(await first({ "vox.flow": "bill" })).toBe(0);
  expect(await first({ plan: "silver" })).toBe(0);
  expect(await first({ "url.path": "/x" })).toBe(0);
  expect(await first({ project_id: "p1" })).toBe(0);
});

test("hostile keys, values and names are only text", async () => {
  const hostile = [
    "' OR 1 = 1 --",
    "\\' OR 1=1",
    "{x: String}",
    "']) OR true OR (attributes['",
    "`a`",
    "\u0000",
    "💥",
  ];
  const attributes = Object.fromEntries(hostile.map((text) => [text, text]));
  const events = [event("a", 0, { attributes }), ...hostile.map((text) => event(text, 1))];
  for (const text of hostile) {
    const steps = [{ event: "a", where: { [text]: text } }, { event: text }];
    expect(await entered(events, { steps })).toEqual([1, 1]);
    expect(
      await entered(events, { steps: [{ event: "a", where: { [text]: "other" } }, { event: text }] }),
    ).toEqual([0, 0]);
    expect(
      await entered(events, { steps: [{ event: "a", where: { plan: text } }, { event: text }] }),
    ).toEqual([0, 0]);
  }
});

test("the times are from one step to the next, of those who reached it", async () => {
  const events = [1, 2, 3, 4].flatMap((second) => [
    event("a", 0, { customer_id: `c${second}` }),
    event("b", second * 1000, { customer_id: `c${second}` }),
  ]);
  const { steps } = await ask(events);
  expect(steps[0]).toMatchObject({ medianSeconds: null, p90Seconds: null });
  expect(steps[1]).toMatchObject({ medianSeconds: 2.5, p90Seconds: 3.7 });
});

const STEPS: FunnelStep[] = [
  { event: "a" },
  { event: "b" },
  { event: "c" },
  { event: "a", where: { "vox.flow": "transfer" } },
  { event: "b", where: { plan: "gold" } },
  { event: "b", where: [{ property: "plan", operator: "unset" }] },
  {
    event: "c",
    where: [
      { property: "vox.flow", operator: "!=", value: "transfer" },
      { property: "plan", operator: "in", value: ["gold", ""] },
    ],
  },
];
const histories = fc.record({
  events: fc.array(
    fc.record({
      customer_id: fc.constantFrom(...Array.from({ length: 24 }, (_, at) => `c${at}`)),
      session_id: fc.constantFrom("", "s1", "s2", "s3", "s4", "s5", "s6"),
      event_name: fc.constantFrom("a", "b", "c"),
      // Few moments, so that ties, window edges and range edges are common.
      time: fc
        .tuple(fc.integer({ min: -2, max: 8 }), fc.constantFrom(0, 0, 0, 1))
        .map(([at, ms]) => NOON + at * 1000 + ms),
      received: fc.integer({ min: 0, max: 2 }).map((ms) => NOON + HOUR + ms),
      flow: fc.constantFrom("", "transfer"),
      channel: fc.constant(""),
      error_code: fc.constant(""),
      attributes: fc.constantFrom<Record<string, string>>({}, { plan: "gold" }),
    }),
    { minLength: 40, maxLength: 110 },
  ),
  retried: fc.array(fc.tuple(fc.nat({ max: 109 }), fc.integer({ min: 0, max: 2 })), { maxLength: 20 }),
  steps: fc.array(fc.constantFrom(...STEPS), { minLength: 2, maxLength: 4 }),
  windowSeconds: fc.integer({ min: 1, max: 6 }),
  unit: fc.constantFrom<FunnelQuery["unit"]>("customer", "customer", "session"),
  lengthSeconds: fc.integer({ min: 1, max: 8 }),
  now: fc.integer({ min: 0, max: 14_001 }).map((ms) => new Date(NOON + ms)),
});

test("the funnel equals a slow obvious one on any history", async () => {
  await fc.assert(
    fc.asyncProperty(histories, async ({ events, retried, lengthSeconds, now, ...change }) => {
      const once = events.map((row, at): TestEvent => ({ ...row, event_id: `${at}` }));
      const again = retried.flatMap(([at, ms]) =>
        once[at] ? [{ ...once[at], received: NOON + HOUR + ms }] : [],
      );
      const query = funnel({ ...change, to: new Date(NOON + lengthSeconds * 1000).toISOString() });
      const all = [...once, ...again];
      const result = await queryFunnel(warehouse, { projectId: await store(all), funnel: query, now });
      expect(result.steps).toEqual(stepsSlowly(chainsSlowly(all, query, now.getTime()), query));
    }),
    // Shrinking asks the engine thousands of times, and would time out before it says what failed.
    { numRuns: 200, endOnFailure: true },
  );
}, 600_000);

function stepsSlowly(chains: SlowChain[], query: FunnelQuery) {
  return query.steps.map(({ event: name }, index) => {
    const isLast = index === query.steps.length - 1;
    const reached = chains.filter((chain) => chain.moments.length > index);
    const continued = chains.filter((chain) => chain.moments.length > index + 1).length;
    const waiting = isLast
      ? 0
      : reached.filter((chain) => chain.moments.length === index + 1 && chain.open).length;
    const judged = reached.length - waiting;
    const seconds = reached.map(({ moments }) => ((moments[index] ?? 0) - (moments[index - 1] ?? 0)) / 1000);
    return {
      event: name,
      label: name,
      entered: reached.length,
      continued,
      dropped: isLast ? 0 : judged - continued,
      stillInWindow: waiting,
      conversion: isLast || judged === 0 ? null : continued / judged,
      medianSeconds: index === 0 ? null : quantile(seconds, 0.5),
      p90Seconds: index === 0 ? null : quantile(seconds, 0.9),
    };
  });
}

/** Linear between the two nearest values (Hyndman and Fan's type 7). */
function quantile(values: number[], level: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const at = level * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low === undefined || high === undefined ? null : expect.closeTo(low + (high - low) * (at % 1), 6);
}
