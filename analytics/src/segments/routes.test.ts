import type { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiEnv } from "../http/api.ts";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import { createSegmentsRoutes } from "./routes.ts";
import type { SavedSegment } from "./segment.ts";

const NOW = Date.UTC(2026, 4, 31, 12, 30);
const DAY_MS = 86_400_000;
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: Hono<ApiEnv>;
beforeAll(async () => {
  deps = await openTestDeps(new Date(NOW));
  app = createTestApp(createSegmentsRoutes(deps), person);
  const events = [
    ["ann", 1, "pay"],
    ["bob", 2, "pay"],
    ["cid", 3, "view"],
    ["dee", 40, "pay"],
  ] as const;
  const rows = events.map(([customer_id, daysAgo, event_name], at) => ({
    project_id: "bank",
    event_id: `${at}`,
    event_name,
    customer_id,
    user_id: customer_id,
    time: new Date(NOW - daysAgo * DAY_MS).toISOString(),
  }));
  await deps.warehouse.insert("events_v1", [...rows, ...rows]);
});
afterAll(() => deps.close());

const base = "/projects/bank/segments";
const send = (method: string, path: string, body?: object) =>
  app.request(`${base}${path}`, {
    method,
    ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
const payers = (withinDays: number) => ({ match: "all", rules: [{ kind: "did", event: "pay", withinDays }] });
const named = (zh: string, en: string, definition: object = payers(30)) => ({
  name: { "zh-CN": zh, en },
  definition,
});

async function save(body: object): Promise<SavedSegment> {
  const answer = await send("POST", "", body);
  expect(answer.status).toBe(201);
  return (await answer.json()) as SavedSegment;
}

test("a segment is saved, listed, changed by who has its latest version, and deleted", async () => {
  const saved = await save(named("付款客户", "Payers"));
  expect(saved).toMatchObject({
    name: { "zh-CN": "付款客户", en: "Payers" },
    definition: { match: "all", rules: [{ kind: "did", event: "pay", atLeast: 1, withinDays: 30 }] },
    version: 1,
    createdBy: "pm@bank.test",
  });
  const change = { version: 1, definition: payers(60) };
  const changed = await send("PATCH", `/${saved.id}`, change);
  expect(await changed.json()).toMatchObject({
    name: saved.name,
    version: 2,
    definition: { rules: [{ withinDays: 60 }] },
  });
  const stale = await send("PATCH", `/${saved.id}`, change);
  expect(stale.status).toBe(409);
  expect(await stale.json()).toMatchObject({ current: { id: saved.id, version: 2 } });
  expect(await (await send("GET", "")).json()).toMatchObject({ items: [{ id: saved.id, version: 2 }] });
  expect((await send("DELETE", `/${saved.id}`)).status).toBe(204);
  expect((await send("DELETE", `/${saved.id}`)).status).toBe(404);
  expect((await send("GET", `/${saved.id}`)).status).toBe(404);
  expect(await (await send("GET", "")).json()).toEqual({ items: [], nextCursor: null });
});

test("no two segments of a project have the same name in either language", async () => {
  const gold = await save(named("金卡客户", "Gold"));
  const other = await save(named("银卡客户", "Silver"));
  for (const [field, name] of [
    ["name.en", { "zh-CN": "别的", en: " gold " }],
    ["name.zh-CN", { "zh-CN": "金卡客户", en: "Other" }],
  ] as const) {
    const answers = [
      await send("POST", "", { name, definition: payers(1) }),
      await send("PATCH", `/${other.id}`, { version: 1, name }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(409);
      expect(await answer.json()).toMatchObject({ errors: [{ field }] });
    }
  }
  const same = await send("PATCH", `/${gold.id}`, { version: 1, name: gold.name });
  expect(same.status).toBe(200);
  const elsewhere = await app.request("/projects/shop/segments", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(named("金卡客户", "Gold")),
  });
  expect(elsewhere.status).toBe(201);
});

const sizeOf = async (definition: object) =>
  (await send("POST", "/size", { definition })).json() as Promise<object>;

test("the size of a segment says how many of it were active lately", async () => {
  expect(await sizeOf(payers(30))).toEqual({
    customers: 2,
    activeCustomers: 2,
    allActive: 3,
    to: new Date(NOW).toISOString(),
  });
  expect(await sizeOf(payers(60))).toMatchObject({ customers: 3, activeCustomers: 2, allActive: 3 });
  const gone = {
    match: "all",
    rules: [
      { kind: "did", withinDays: 60 },
      { kind: "didNot", withinDays: 30 },
    ],
  };
  expect(await sizeOf(gone)).toMatchObject({ customers: 1, activeCustomers: 0, allActive: 3 });
});

test("a bad segment is refused with the field's name", async () => {
  const regex = [{ property: "plan", operator: "regex", value: "(" }];
  for (const [field, rules] of [
    ["definition.rules", []],
    ["definition.rules.0.withinDays", [{ kind: "did", event: "pay", withinDays: 0 }]],
    ["definition.rules.0.where.0.value", [{ kind: "did", event: "pay", where: regex, withinDays: 1 }]],
    ["definition.rules.0.min", [{ kind: "score", survey: "nps", withinDays: 9 }]],
    ["definition.rules.0.min", [{ kind: "score", survey: "nps", min: 7, max: 6, withinDays: 9 }]],
    ["definition.rules.0.values", [{ kind: "was", property: "channel", values: [], withinDays: 9 }]],
    ["definition.rules.1.kind", [...payers(1).rules, { kind: "bought", withinDays: 9 }]],
  ] as const) {
    for (const path of ["", "/size"]) {
      const answer = await send("POST", path, named("坏的", "Bad", { rules }));
      expect(answer.status).toBe(400);
      expect((await answer.json()) as object).toHaveProperty("detail", expect.stringContaining(`${field}:`));
    }
  }
  for (const name of [{ en: "One" }, { "zh-CN": " ", en: "One" }]) {
    expect((await send("POST", "", { name, definition: payers(1) })).status).toBe(400);
  }
});
