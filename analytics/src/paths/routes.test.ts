import type { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiEnv } from "../http/api.ts";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import { createPathsRoutes } from "./routes.ts";

const FROM = Date.UTC(2026, 4, 1);
const NOW = Date.UTC(2026, 4, 2);
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: Hono<ApiEnv>;
beforeAll(async () => {
  deps = await openTestDeps(new Date(NOW));
  app = createTestApp(createPathsRoutes(deps), person);
  const visits = { s1: "home /pay/17 /pay/18 done", s2: "home help", s3: "x home help?a=1 /pay/9", s4: "x" };
  const rows = Object.entries(visits).flatMap(([session_id, pages]) =>
    pages.split(" ").map((page, at) => ({
      project_id: "bank",
      event_name: page === "done" ? "paid" : "view",
      event_id: `${session_id}-${at}`,
      session_id,
      customer_id: session_id === "s2" ? "s1" : session_id,
      page,
      time: new Date(FROM + at).toISOString(),
    })),
  );
  await deps.warehouse.insert("events_v1", [...rows, ...rows]);
});
afterAll(() => deps.close());

const ask = (change: object) =>
  app.request("/projects/bank/paths/query", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      anchor: { page: "home" },
      from: new Date(FROM).toISOString(),
      to: new Date(NOW).toISOString(),
      ...change,
    }),
  });
type Link = [
  position: number,
  source: string | null,
  target: string | null,
  units: number,
  converted?: number,
];
const link = (...[position, source, target, units, converted = 0]: Link) => ({
  position,
  source,
  target,
  ends: false,
  units,
  converted,
});

test("paths follow the anchor, ids make no pages, and a copy of an event counts once", async () => {
  expect(await (await ask({ depth: 2, goal: "paid" })).json()).toEqual({
    units: 3,
    converted: 1,
    links: [
      link(0, "home", "help", 2),
      link(0, "home", "/pay/:id", 1, 1),
      link(1, "/pay/:id", "done", 1, 1),
      { ...link(1, "help", null, 1), ends: true },
      link(1, "help", "/pay/:id", 1),
    ],
  });
});

test("paths lead to an event, and rare nodes are told together", async () => {
  const to = await ask({ anchor: { event: "paid" }, direction: "to", depth: 1 });
  expect(await to.json()).toMatchObject({ units: 1, links: [link(0, "paid", "/pay/:id", 1)] });
  const rare = await ask({ depth: 1, minShare: 0.5 });
  expect(await rare.json()).toMatchObject({ links: [link(0, "home", "help", 2), link(0, "home", null, 1)] });
});

test("customers are counted once over their sessions", async () => {
  expect(await (await ask({ unit: "customer" })).json()).toMatchObject({ units: 2 });
});

test("a bad question is refused with the field's name", async () => {
  for (const [field, change] of [
    ["anchor", { anchor: {} }],
    ["goal", { goal: "paid", direction: "to" }],
    ["depth", { depth: 99 }],
  ] as const) {
    const answer = await ask(change);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(field);
  }
});
