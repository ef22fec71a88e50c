import { schema } from "@voxloop/ledger";
import type { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiEnv } from "../http/api.ts";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import type { ErrorRanking } from "./error-group.ts";
import type { HurtingGroup } from "./hurt.ts";
import { createErrorsRoutes } from "./routes.ts";
import { anEvent, type TestEvent } from "./slow-ranking.fixture.ts";

const NOW = Date.UTC(2026, 4, 1, 10);
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: Hono<ApiEnv>;

beforeAll(async () => {
  deps = await openTestDeps(new Date(NOW));
  app = createTestApp(createErrorsRoutes(deps), person);
  const events = [
    ...["c1", "c2", "c3"].map((customer_id) => failed({ customer_id, error_code: "E1042" })),
    ...["c1", "c2"].map((customer_id) => failed({ customer_id, error_code: "E7", service_version: "8.0.1" })),
    failed({ error_code: "E9" }),
  ];
  await store("bank", events);
});
afterAll(() => deps.close());

const failed = (change: Partial<TestEvent>) => anEvent({ time: NOW - 60_000, outcome: "failed", ...change });

async function store(projectId: string, events: TestEvent[]): Promise<void> {
  const rows = events.map((event) => ({
    ...event,
    project_id: projectId,
    time: new Date(event.time).toISOString(),
  }));
  await deps.warehouse.insert("events_v1", rows);
}

async function get<Body = ErrorRanking>(path: string): Promise<Body> {
  const response = await app.request(path);
  expect(response.status).toBe(200);
  return (await response.json()) as Body;
}

const codes = (ranking: ErrorRanking) => ranking.items.map((item) => item.code);

test("the list ranks the last day's errors by blocked customers", async () => {
  const ranking = await get("/projects/bank/errors");
  expect(codes(ranking)).toEqual(["E1042", "E7", "E9"]);
  expect(ranking).toMatchObject({
    nextCursor: null,
    totals: { customers: 3, blockedCustomers: 3, groups: 3, events: 6 },
    from: new Date(NOW - 86_400_000).toISOString(),
    to: new Date(NOW).toISOString(),
  });
});

test("what hurts most is the list by customers, transactions and score together", async () => {
  const { items } = await get<{ items: HurtingGroup[] }>("/projects/bank/errors/hurting");
  expect(
    items.map(({ code, blockedCustomers, promotersLost }) => [code, blockedCustomers, promotersLost]),
  ).toEqual([
    ["E1042", 3, null],
    ["E7", 2, null],
    ["E9", 1, null],
  ]);
  expect(items.reduce((sum, { hurt }) => sum + hurt, 0)).toBeCloseTo(1, 12);
  expect((await app.request("/projects/nowhere/errors/hurting")).status).toBe(404);
});

test("pages follow each other by the cursor, over the first page's range", async () => {
  const first = await get("/projects/bank/errors?limit=2");
  expect(codes(first)).toEqual(["E1042", "E7"]);
  const second = await get(`/projects/bank/errors?limit=2&cursor=${first.nextCursor}`);
  expect(codes(second)).toEqual(["E9"]);
  expect(second.items[0]?.rank).toBe(3);
  expect(second).toMatchObject({ nextCursor: null, from: first.from, to: first.to });
});

test("filters of the query narrow the list", async () => {
  expect(codes(await get("/projects/bank/errors?filter=release:8.0.1"))).toEqual(["E7"]);
  expect(codes(await get("/projects/bank/errors?filter=release:8.0.1&filter=flow:bill"))).toEqual([]);
});

test("guidance that is published for the error is named, by its latest version", async () => {
  const { prompts, promptVersions } = schema;
  const write = async (name: string, state: string, matches: object[]) => {
    const of = { projectId: "bank", kind: "guidance", name, state, createdBy: "pm", updatedBy: "pm" };
    const id = crypto.randomUUID();
    await deps.ledger.db.insert(prompts).values({ ...of, id });
    const published = { promptId: id, publishedAt: new Date(NOW), publishedBy: "pm" };
    const versions = matches.map((match, at) => ({ ...published, version: at + 1, content: { match } }));
    await deps.ledger.db.insert(promptVersions).values(versions);
  };
  await write("Limit", "published", [{ code: "E9" }, { code: "E1042", flow: "transfer" }]);
  await write("Any transfer", "published", [{ flow: "transfer" }]);
  await write("Bills", "published", [{ code: "E1042", flow: "bill" }]);
  await write("Old", "archived", [{ code: "E1042" }]);
  const { items } = await get("/projects/bank/errors");
  const named = items.map(({ code, guidance }) => [code, guidance.map(({ name }) => name).toSorted()]);
  expect(named).toEqual([
    ["E1042", ["Any transfer", "Limit"]],
    ["E7", ["Any transfer"]],
    ["E9", ["Any transfer"]],
  ]);
});

test("an open issue of the group is linked, a closed one is not", async () => {
  const fingerprint = (await get("/projects/bank/errors")).items[0]?.fingerprint;
  const issue = {
    projectId: "bank",
    cause: `error:${fingerprint}`,
    title: "E1042",
    severity: "high",
    evidence: {},
  };
  await deps.ledger.db.insert(schema.issues).values({ ...issue, number: 1, state: "closed" });
  expect((await get("/projects/bank/errors")).items[0]?.issueId).toBeNull();
  const [open] = await deps.ledger.db
    .insert(schema.issues)
    .values({ ...issue, number: 2, state: "detected" })
    .returning();
  const shop = await deps.ledger.db
    .insert(schema.issues)
    .values({ ...issue, projectId: "shop", number: 1, state: "detected" })
    .returning();
  expect(shop).toHaveLength(1);
  expect((await get("/projects/bank/errors")).items.map((item) => item.issueId)).toEqual([
    open?.id,
    null,
    null,
  ]);
});

test("what cannot be read is refused with the field's name", async () => {
  for (const [query, field] of [
    ["filter=country:cn", "filter"],
    ["filter=nonsense", "filter"],
    ["cursor=nonsense", "cursor"],
    ["limit=51", "limit"],
    ["rank=luck", "rank"],
    ["from=2026-05-02T00:00:00Z&to=2026-05-01T00:00:00Z", "from"],
  ]) {
    const response = await app.request(`/projects/bank/errors?${query}`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(`${field}:`);
  }
});

test("who is not signed in, or whose token is of another project, sees nothing", async () => {
  const routes = createErrorsRoutes(deps);
  const nobody = createTestApp(routes, undefined);
  expect((await nobody.request("/projects/bank/errors")).status).toBe(401);
  const stranger = createTestApp(routes, { ...person, projectId: "shop" });
  expect((await stranger.request("/projects/bank/errors")).status).toBe(403);
  expect((await app.request("/projects/none/errors")).status).toBe(404);
});
