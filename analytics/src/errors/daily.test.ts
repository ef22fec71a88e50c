import { schema } from "@voxloop/ledger";
import * as fc from "fast-check";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import { createErrorsRoutes } from "./routes.ts";
import { blockedDaily } from "./daily.ts";
import { anEvent, rankSlowly, type TestEvent } from "./slow-ranking.fixture.ts";

const NOW = Date.UTC(2026, 4, 10, 10);
const DAY = 86_400_000;
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: ReturnType<typeof createTestApp>;
beforeAll(async () => {
  deps = await openTestDeps(new Date(NOW));
  app = createTestApp(createErrorsRoutes(deps), person);
});
afterAll(() => deps.close());

let projects = 0;

async function dailyOf(events: readonly TestEvent[], query: string, goal: number | null = null) {
  const projectId = `daily-${++projects}`;
  const { projects: table } = schema;
  await deps.ledger.db.insert(table).values({ id: projectId, name: projectId });
  await deps.ledger.db.update(table).set({ blockedGoalPerDay: goal }).where(eq(table.id, projectId));
  const rows = events.map(({ time, ...event }) => ({
    ...event,
    project_id: projectId,
    time: new Date(time).toISOString(),
  }));
  await deps.warehouse.insert("events_v1", rows);
  return blockedDaily.parse(await (await app.request(`/projects/${projectId}/errors/daily?${query}`)).json());
}

test("each day of the project's time zone says how many transactions were blocked, beside the goal", async () => {
  const failed = { outcome: "failed", error_code: "E1" };
  const events = [
    // 23:30 and 00:30 in Shanghai.
    anEvent({ time: Date.UTC(2026, 4, 8, 15, 30), ...failed, transaction_id: "t1" }),
    anEvent({ time: Date.UTC(2026, 4, 8, 16, 30), ...failed, transaction_id: "t2" }),
    anEvent({ time: Date.UTC(2026, 4, 8, 16, 31), ...failed, transaction_id: "t2" }),
    anEvent({ time: Date.UTC(2026, 4, 8, 17, 0), outcome: "failed", error_code: "E1", customer_id: "c2" }),
    anEvent({ time: Date.UTC(2026, 4, 8, 17, 1), outcome: "succeeded", customer_id: "c2" }),
  ];
  const found = await dailyOf(events, "from=2026-05-07T16:00:00Z&to=2026-05-10T10:00:00Z", 100);
  expect(found).toEqual({
    goal: 100,
    timeZone: "Asia/Shanghai",
    items: [
      { day: "2026-05-08", blockedTransactions: 1, blockedCustomers: 1, events: 1, isPartial: false },
      { day: "2026-05-09", blockedTransactions: 1, blockedCustomers: 1, events: 3, isPartial: false },
      { day: "2026-05-10", blockedTransactions: 0, blockedCustomers: 0, events: 0, isPartial: true },
    ],
  });
});

test("days equal the slow obvious ranking of each day on any history", { timeout: 60_000 }, async () => {
  const event = fc.record({
    minutes: fc.integer({ min: 0, max: 3 * 1440 - 1 }),
    customer: fc.integer({ min: 0, max: 4 }),
    transaction: fc.constantFrom("", "t1", "t2"),
    kind: fc.constantFrom("E1", "E2", "succeeded"),
  });
  const first = Date.UTC(2026, 4, 6, 16);
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 60 }), async (told) => {
      const events = told.map(({ minutes, customer, transaction, kind }, index) =>
        anEvent({
          time: first + minutes * 60_000 + index,
          customer_id: `c${customer}`,
          transaction_id: transaction,
          ...(kind === "succeeded" ? { outcome: kind } : { outcome: "failed", error_code: kind }),
        }),
      );
      const until = new Date(first + 3 * DAY).toISOString();
      const { items } = await dailyOf(events, `from=${new Date(first).toISOString()}&to=${until}`);
      const expected = [0, 1, 2].map((day) => {
        const range = { from: new Date(first + day * DAY), to: new Date(first + (day + 1) * DAY) };
        const question = {
          projectId: "",
          range,
          rank: "blocked" as const,
          filter: {},
          recoveryWindowSeconds: 1800,
        };
        return rankSlowly(events, question).totals;
      });
      expect(items.map(({ blockedTransactions }) => blockedTransactions)).toEqual(
        expected.map((totals) => totals.blockedTransactions),
      );
      expect(items.map(({ blockedCustomers }) => blockedCustomers)).toEqual(
        expected.map((totals) => totals.blockedCustomers),
      );
    }),
    { numRuns: 10 },
  );
});
