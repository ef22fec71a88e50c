import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import { afterAll, beforeAll, expect, test } from "vitest";
import { countCrashed } from "./crashes.ts";
import { anEvent, type TestEvent } from "./slow-ranking.fixture.ts";

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
});
afterAll(() => warehouse.close());

const FROM = Date.UTC(2026, 4, 1, 10);
const RANGE = { from: new Date(FROM), to: new Date(FROM + 3_600_000) };

const exception = (session_id: string, origin?: string): Partial<TestEvent> => ({
  event_name: "exception",
  error_type: "TypeError",
  session_id,
  attributes: origin === undefined ? {} : { "vox.error.origin": origin },
});

test("a session crashed when the app ended, or nobody caught an exception; each is counted once", async () => {
  const events: TestEvent[] = [
    exception("uncaught", "uncaught"),
    exception("uncaught", "uncaught"),
    exception("rejection", "rejection"),
    exception("of a framework", "react"),
    exception("reported"),
    exception("", "uncaught"),
    { event_name: "app.crash", error_type: "SIGSEGV", session_id: "native" },
    { event_name: "app.crash", session_id: "earlier", time: FROM - 1 },
    { ...exception("failed"), event_name: "vox.transaction", attributes: { "vox.error.origin": "uncaught" } },
    { ...exception("on web", "uncaught"), channel: "web" },
  ].map((change) => anEvent({ time: FROM, channel: "app", ...change }));
  await warehouse.insert(
    "events_v1",
    events.map((event) => ({ ...event, project_id: "p", time: new Date(event.time).toISOString() })),
  );
  const count = (filter = {}) => countCrashed(warehouse, { projectId: "p", range: RANGE, filter });
  expect(await count()).toBe(4);
  expect(await count({ channel: ["app"] })).toBe(3);
});
