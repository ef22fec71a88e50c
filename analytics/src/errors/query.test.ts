import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ErrorRank } from "./error-group.ts";
import type { ErrorFilter } from "./filter.ts";
import { placeOf } from "./place.ts";
import { countActive, rankErrors, type RankedError, type RankQuestion } from "./query.ts";
import { anEvent, isWithin, passes, rankSlowly, type TestEvent } from "./slow-ranking.fixture.ts";

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
});
afterAll(() => warehouse.close());

const FROM = Date.UTC(2026, 4, 1, 10);
const HOUR = 3_600_000;
const RECOVERY = 1800;

function ask(projectId: string, change: Partial<RankQuestion> = {}): RankQuestion {
  return {
    projectId,
    range: { from: new Date(FROM), to: new Date(FROM + HOUR) },
    rank: "blocked",
    filter: {},
    recoveryWindowSeconds: RECOVERY,
    ...change,
  };
}

let projects = 0;
/** Stores events in a project of their own, so that tests do not see each other's. */
async function store(events: TestEvent[]): Promise<string> {
  const projectId = `p${(projects += 1)}`;
  await warehouse.insert(
    "events_v1",
    events.map((event) => ({ ...event, project_id: projectId, time: new Date(event.time).toISOString() })),
  );
  return projectId;
}

const failed = (at: number, change: Partial<TestEvent> = {}) =>
  anEvent({ time: FROM + at, outcome: "failed", error_code: "E1042", ...change });
const succeeded = (at: number, change: Partial<TestEvent> = {}) =>
  anEvent({ time: FROM + at, outcome: "succeeded", ...change });

async function first(events: TestEvent[], change: Partial<RankQuestion> = {}) {
  const { groups } = await rankErrors(warehouse, ask(await store(events), change));
  return groups[0];
}

test("an error without a later success blocks its customer and its transaction", async () => {
  expect(await first([failed(0)])).toMatchObject({
    rank: 1,
    code: "E1042",
    flow: "transfer",
    customers: 1,
    blockedCustomers: 1,
    blockedTransactions: 1,
    events: 1,
    blockedShare: 1,
    state: "new",
  });
});

/** Customers blocked by an error of second one whose customer succeeds at a time. */
const blocked = async (at: number) => (await first([failed(1000), succeeded(at)]))?.blockedCustomers;

test("a customer who retried and succeeded within the recovery window is not blocked, to the millisecond", async () => {
  expect(await blocked(1001)).toBe(0);
  expect(await blocked(1000 + RECOVERY * 1000)).toBe(0);
  expect(await blocked(1000 + RECOVERY * 1000 + 1)).toBe(1);
  expect(await blocked(1000)).toBe(1);
  expect(await blocked(999)).toBe(1);
});

test("a success after the range's end still makes up for an error within it", async () => {
  expect(await first([failed(HOUR - 1), succeeded(HOUR + 1000)])).toMatchObject({ blockedCustomers: 0 });
});

test("a success of another flow or customer, or another outcome, makes up for nothing", async () => {
  const others = [
    succeeded(1, { flow: "bill" }),
    succeeded(1, { customer_id: "c2" }),
    anEvent({ time: FROM + 1, outcome: "started" }),
  ];
  for (const other of others) expect(await first([failed(0), other])).toMatchObject({ blockedCustomers: 1 });
});

test("a success in another project makes up for nothing", async () => {
  await store([succeeded(1)]);
  expect(await first([failed(0)])).toMatchObject({ blockedCustomers: 1, customers: 1 });
});

test("the range includes its first millisecond and excludes its last", async () => {
  const events = [failed(-1), failed(0), failed(HOUR - 1), failed(HOUR)];
  expect(await first(events)).toMatchObject({ events: 2, state: "ongoing" });
});

test("the period before is of equal length and ends where the range begins", async () => {
  const events = [failed(-HOUR - 1, { customer_id: "a" }), failed(-HOUR, { customer_id: "b" })];
  expect(await first([...events, failed(0)])).toMatchObject({
    previousCustomers: 1,
    previousBlockedCustomers: 1,
    customers: 1,
    firstSeen: new Date(FROM - HOUR - 1).toISOString(),
    lastSeen: new Date(FROM).toISOString(),
  });
});

test("an event sent twice is counted once", async () => {
  const event = failed(0, { transaction_id: "" });
  const projectId = await store([event]);
  await warehouse.insert("events_v1", [
    { ...event, project_id: projectId, time: new Date(event.time).toISOString() },
  ]);
  const { groups, totals } = await rankErrors(warehouse, ask(projectId));
  expect(groups[0]).toMatchObject({ events: 1, customers: 1, blockedTransactions: 1 });
  expect(totals).toMatchObject({ events: 1, blockedTransactions: 1 });
});

test("a filter keeps the errors whose property has one of the values", async () => {
  const events = [
    failed(0, { service_version: "8.0.1" }),
    failed(1, { service_version: "8.0.2", customer_id: "c2" }),
    failed(2, { service_version: "8'.0", customer_id: "c3", channel: "web" }),
  ];
  expect(await first(events, { filter: { release: ["8.0.1", "8.0.2"] } })).toMatchObject({ customers: 2 });
  expect(await first(events, { filter: { release: ["8'.0"] } })).toMatchObject({ customers: 1 });
  expect(await first(events, { filter: { release: ["8.0.1"], channel: ["web"] } })).toBeUndefined();
  const { totals } = await rankErrors(
    warehouse,
    ask(await store(events), { filter: { release: ["8.0.2"] } }),
  );
  expect(totals).toMatchObject({ customersWithErrors: 1, events: 1 });
});

test("the sparkline counts affected customers in 24 slices of the range", async () => {
  const events = [failed(0), failed(1), failed(1, { customer_id: "c2" }), failed(HOUR - 1)];
  const group = await first(events);
  expect(group?.sparkline).toHaveLength(24);
  expect(group?.sparkline[0]).toBe(2);
  expect(group?.sparkline[23]).toBe(1);
});

test("no more than 50 groups are ranked, and totals are over all of them", async () => {
  const events = Array.from({ length: 60 }, (_, at) =>
    failed(at, { error_code: `E${at}`, customer_id: `c${at}` }),
  );
  const { groups, totals } = await rankErrors(warehouse, ask(await store(events)));
  expect(groups).toHaveLength(50);
  expect(totals).toMatchObject({ groups: 60, blockedCustomers: 60 });
});

const history = fc
  .record({
    events: fc.array(
      fc.record({
        // Few distinct moments around the edges that matter, so that ties and exact boundaries are common.
        time: fc
          .tuple(fc.integer({ min: -3, max: 5 }), fc.integer({ min: -1, max: 1 }))
          .map(([halfHour, ms]) => FROM + halfHour * RECOVERY * 1000 + ms),
        customer_id: fc.constantFrom("", "c1", "c2", "c3", "c4"),
        flow: fc.constantFrom("", "transfer", "bill"),
        outcome: fc.constantFrom("failed", "failed", "succeeded", "started"),
        error_code: fc.constantFrom("", "E1", "E2"),
        error_type: fc.constantFrom("", "", "TypeError"),
        transaction_id: fc.constantFrom("", "t1", "t2"),
        service_version: fc.constantFrom("", "8.0.1", "8.0.2"),
        region: fc.constantFrom("", "CN-11"),
        page: fc.constantFrom("", "/a"),
      }),
      { maxLength: 40 },
    ),
    repeated: fc.array(fc.nat({ max: 39 }), { maxLength: 5 }),
    rank: fc.constantFrom<ErrorRank>("blocked", "customers", "events"),
    filter: fc.constantFrom<ErrorFilter>(
      {},
      {},
      { release: ["8.0.1"] },
      { release: [""] },
      { flow: ["transfer"] },
      { region: ["CN-11"], flow: ["transfer", "bill"] },
      { page: ["/a"] },
    ),
  })
  .map(({ events, repeated, rank, filter }) => {
    const whole = events.map((event, at) => anEvent({ ...event, event_id: `e${at}` }));
    const twice = repeated.flatMap((at) => whole[at] ?? []);
    return { events: [...whole, ...twice], rank, filter };
  });

const ORDER = {
  blocked: ["blockedCustomers", "customers", "events"],
  customers: ["customers", "blockedCustomers", "events"],
  events: ["events", "customers", "blockedCustomers"],
} as const;

const withoutOrder = (groups: RankedError[]) =>
  groups
    .map((group) => ({ ...group, fingerprint: "", rank: 0 }))
    .toSorted((a, b) => `${a.code} ${a.type} ${a.flow}`.localeCompare(`${b.code} ${b.type} ${b.flow}`));

const count = (values: readonly string[]) => new Set(values.filter((value) => value !== "")).size;

function countActiveSlowly(events: readonly TestEvent[], question: RankQuestion) {
  const within = events.filter((event) => isWithin(event, question.range) && passes(event, question.filter));
  return {
    customers: count(within.map((event) => event.customer_id)),
    sessions: count(within.map((event) => event.session_id)),
  };
}

test("the ranking equals a slow obvious one on any history", async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ events, rank, filter }) => {
      const question = ask(await store(events), { rank, filter });
      const { groups, totals } = await rankErrors(warehouse, question);
      const expected = rankSlowly(events, question);
      expect(totals).toEqual(expected.totals);
      expect(withoutOrder(groups)).toEqual(withoutOrder(expected.groups));
      const [first, second, third] = ORDER[rank];
      const inOrder = groups.toSorted(
        (a, b) => b[first] - a[first] || b[second] - a[second] || b[third] - a[third],
      );
      expect(groups.map((group) => group.rank)).toEqual(groups.map((_, at) => at + 1));
      expect(groups).toEqual(inOrder);
      expect(await countActive(warehouse, question)).toEqual(countActiveSlowly(events, question));
      const last = groups.at(-1);
      if (last === undefined) return;
      const { rank: place, blockedCustomers } = await placeOf(warehouse, question, last.fingerprint);
      expect([place, blockedCustomers]).toEqual([last.rank, totals.blockedCustomers]);
    }),
    { numRuns: 30 },
  );
}, 240_000);
