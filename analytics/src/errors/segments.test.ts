import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDeps } from "../http/test-app.fixture.ts";
import { relativeRisk } from "../stats/relative-risk.ts";
import { rankErrors } from "./query.ts";
import type { ErrorScope } from "./scope.ts";
import { segmentsOf } from "./segments.ts";
import { anEvent, type TestEvent } from "./slow-ranking.fixture.ts";

const NOW = Date.UTC(2026, 4, 10, 10);
let deps: Awaited<ReturnType<typeof openTestDeps>>;
beforeAll(async () => {
  deps = await openTestDeps(new Date(NOW));
});
afterAll(() => deps.close());

let projects = 0;

/** The segments of the one group with a code, in a new project. */
async function segmentsFor(events: readonly TestEvent[]) {
  const projectId = `segments-${++projects}`;
  const rows = events.map(({ time, ...event }) => ({
    ...event,
    time: new Date(time).toISOString(),
    project_id: projectId,
  }));
  await deps.warehouse.insert("events_v1", rows);
  const range = { from: new Date(NOW - 86_400_000), to: new Date(NOW) };
  const scope: ErrorScope = { projectId, range, filter: {}, recoveryWindowSeconds: 1800 };
  const { groups } = await rankErrors(deps.warehouse, { ...scope, rank: "events" });
  const fingerprints = groups.filter(({ code }) => code !== "").map(({ fingerprint }) => fingerprint);
  return fingerprints.length === 0 ? [] : segmentsOf(deps.warehouse, { ...scope, fingerprints });
}

const transfers = (count: number, first: number, change: Partial<TestEvent>) =>
  Array.from({ length: count }, (_, index) =>
    anEvent({ time: NOW - 1000 - index, customer_id: `c${first + index}`, ...change }),
  );

test("a value whose customers meet the error more often than others says how much more", async () => {
  const failed = { outcome: "failed", error_code: "E1" };
  const segments = await segmentsFor([
    ...transfers(60, 0, { channel: "app", ...failed }),
    ...transfers(40, 60, { channel: "app" }),
    ...transfers(20, 100, { channel: "web", ...failed }),
    ...transfers(80, 120, { channel: "web" }),
    // Of another flow, so that they are no comparison.
    ...transfers(500, 1_000, { channel: "web", flow: "bill" }),
  ]);
  const app = segments.find(({ property, value }) => property === "channel" && value === "app");
  expect(app).toMatchObject({ customers: 60, share: 0.75 });
  expect(app?.lift?.relativeRisk).toBeCloseTo(3);
  expect(app?.lift?.low).toBeGreaterThan(1.9);
  const release = segments.find(({ property }) => property === "release");
  expect(release).toMatchObject({ value: "", lift: null });
});

test("counts equal a slow obvious reference on any history", { timeout: 60_000 }, async () => {
  const event = fc.record({
    customer: fc.integer({ min: 0, max: 150 }),
    channel: fc.constantFrom("app", "web"),
    release: fc.constantFrom("", "8.0.0", "8.0.1"),
    flow: fc.constantFrom("transfer", "transfer", "bill"),
    page: fc.constantFrom("", "/a"),
    code: fc.constantFrom("", "", "E1"),
    isEarly: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 300, maxLength: 500 }), async (told) => {
      const events = told.map(({ customer, channel, release, flow, page, code, isEarly }, index) =>
        anEvent({
          time: NOW - (isEarly ? 2 * 86_400_000 : 1000) - index,
          customer_id: `c${customer}`,
          channel,
          service_version: release,
          flow,
          page,
          // Another flow's code is another group.
          ...(code !== "" && flow === "transfer" && { outcome: "failed", error_code: code }),
        }),
      );
      const found = await segmentsFor(events);
      expect(found.filter(({ property }) => property === "channel")).toEqual(
        slowly(events, (each) => each.channel, true),
      );
      expect(found.filter(({ property }) => property === "release")).toEqual(
        slowly(events, (each) => each.service_version, true).map((one) => ({ ...one, property: "release" })),
      );
      expect(found.filter(({ property }) => property === "page")).toEqual(
        slowly(events, (each) => each.page, false).map((one) => ({ ...one, property: "page" })),
      );
    }),
    { numRuns: 8 },
  );
});

const people = (list: readonly TestEvent[]) => new Set(list.map((event) => event.customer_id));

function slowly(events: readonly TestEvent[], valueOf: (event: TestEvent) => string, isCompared: boolean) {
  const inFlow = events.filter(({ time, flow }) => time >= NOW - 86_400_000 && flow === "transfer");
  const errors = inFlow.filter((event) => event.error_code !== "");
  const affected = people(errors);
  const all = people(inFlow);
  const values = [...new Set(errors.map(valueOf))];
  const rows = values.map((value) => {
    const customers = people(errors.filter((event) => valueOf(event) === value)).size;
    const active = people(inFlow.filter((event) => valueOf(event) === value));
    const exposedCases = [...active].filter((one) => affected.has(one)).length;
    const [exposed, unexposed] = [active.size, all.size - active.size];
    const table = { exposed, exposedCases, unexposed, unexposedCases: affected.size - exposedCases };
    const risk = isCompared && Math.min(exposed, unexposed) >= 30 ? relativeRisk(table) : null;
    const lift = risk && { relativeRisk: risk.relativeRisk, low: risk.low, high: risk.high };
    return { property: "channel", value, customers, share: customers / affected.size, lift };
  });
  return rows.toSorted((a, b) => b.customers - a.customers || (a.value < b.value ? -1 : 1));
}
