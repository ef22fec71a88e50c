import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import { createErrorsRoutes } from "./routes.ts";
import { anEvent } from "./slow-ranking.fixture.ts";

const NOW = Date.UTC(2026, 4, 10, 10);
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: ReturnType<typeof createTestApp>;
let path = "";
beforeAll(async () => {
  deps = await openTestDeps(new Date(NOW));
  app = createTestApp(createErrorsRoutes(deps), person);
  const failed = (customer_id: string, before: number, change = {}) => ({
    ...anEvent({ customer_id, outcome: "failed", error_code: "E1", service_version: "8.0.1", ...change }),
    project_id: "bank",
    time: new Date(NOW - before).toISOString(),
  });
  const recovered = failed("b", 40_000);
  await deps.warehouse.insert("events_v1", [
    failed("=a", 50_000),
    failed("=a", 30_000, { service_version: "8.0.2", channel: "web" }),
    recovered,
    recovered,
    failed("c", 10_000),
    failed("other", 5_000, { error_code: "E2" }),
    { ...failed("b", 20_000), outcome: "succeeded", error_code: "" },
  ]);
  const { items } = await (await app.request("/projects/bank/errors?limit=1")).json();
  path = `/projects/bank/errors/${items[0].fingerprint}`;
});
afterAll(() => deps.close());

const get = async (end: string) => (await app.request(`${path}${end}`)).json();

test("customers of an error are listed once, the latest first, page by page, with whom it blocked", async () => {
  const first = await get("/customers?limit=2");
  expect(first.items).toMatchObject([
    { customerId: "c", events: 1, blocked: true, release: "8.0.1" },
    { customerId: "=a", events: 2, blocked: true, release: "8.0.2", channel: "web" },
  ]);
  const second = await get(`/customers?limit=2&cursor=${first.nextCursor}`);
  expect(second).toMatchObject({ items: [{ customerId: "b", events: 1, blocked: false }], nextCursor: null });
  expect((await get("/customers?blocked=true")).items).toHaveLength(2);
});

test("the file has them all, no formula, and is told in the history before it leaves", async () => {
  const answer = await app.request(`${path}/customers.csv?blocked=true`);
  expect(answer.headers.get("content-disposition")).toContain("customers.csv");
  const lines = (await answer.text()).split("\r\n");
  expect(lines[0]).toBe("customerId,events,blocked,lastAt,release,channel");
  expect(lines.slice(1)).toEqual([
    "c,1,true,2026-05-10T09:59:50.000Z,8.0.1,",
    "'=a,2,true,2026-05-10T09:59:30.000Z,8.0.2,web",
    "",
  ]);
  expect((await get("/group")).changes).toMatchObject([
    { kind: "exported", actor: "pm@bank.test", data: { onlyBlocked: true } },
  ]);
});

test("another project's token gets neither the list nor the file", async () => {
  const stranger = createTestApp(createErrorsRoutes(deps), { ...person, projectId: "shop" });
  for (const end of ["/customers", "/customers.csv"])
    expect((await stranger.request(`${path}${end}`)).status).toBe(403);
});
