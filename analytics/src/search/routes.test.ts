import type { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiEnv } from "../http/api.ts";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import type { Actor } from "../people/person.ts";
import { createSearchRoutes } from "./routes.ts";

const FROM = Date.UTC(2026, 4, 1);
const NOW = Date.UTC(2026, 4, 2);
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: Hono<ApiEnv>;
type Sent = [
  session: string,
  customer: string,
  minute: number,
  query: string,
  results: number,
  clicked?: string,
];
const SENT: Sent[] = [
  ["s1", "ann", 0, "limt", 0],
  ["s1", "ann", 1, " Limit", 3, "limits"],
  ["s2", "bob", 0, "limit", 3],
  ["s2", "bob", 9, "rates", 2, "rates"],
  ["s3", "ann", 0, "limit", 3],
  ["s3", "ann", 1, "limit", 3, "limits"],
  ["", "", 2, "限额", 0],
];
beforeAll(async () => {
  deps = await openTestDeps(new Date(NOW));
  app = createTestApp(createSearchRoutes(deps), person);
  const rows = SENT.map(([session_id, customer_id, minute, query, results, clicked], at) => ({
    project_id: "bank",
    event_name: "vox.search",
    event_id: `e${at}`,
    session_id,
    customer_id,
    time: new Date(FROM + minute * 60_000).toISOString(),
    attributes: {
      "vox.search.query": query,
      "vox.search.results": `${results}`,
      ...(clicked !== undefined && { "vox.search.clicked": clicked }),
    },
  }));
  await deps.warehouse.insert("events_v1", [...rows, ...rows]);
});
afterAll(() => deps.close());

const ask = (change: object) =>
  app.request("/projects/bank/searches/query", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ from: new Date(FROM).toISOString(), to: new Date(NOW).toISOString(), ...change }),
  });
const counts = (...[searches, customers, empty, clicked, reformulated]: number[]) => ({
  searches,
  customers,
  empty,
  clicked,
  reformulated,
});

test("searches are told by query, with those that found nothing and those that were put differently", async () => {
  expect(await (await ask({})).json()).toEqual({
    ...counts(7, 2, 2, 3, 1),
    queries: [
      { query: "limit", ...counts(4, 2, 0, 2, 0) },
      { query: "limt", ...counts(1, 1, 1, 0, 1) },
      { query: "rates", ...counts(1, 1, 0, 1, 0) },
      { query: "限额", ...counts(1, 0, 1, 0, 0) },
    ],
  });
});

test("a limit leaves the total whole, and a range without searches is empty", async () => {
  expect(await (await ask({ limit: 1 })).json()).toMatchObject({
    searches: 7,
    queries: [{ query: "limit" }],
  });
  const before = { from: new Date(FROM - 60_000).toISOString(), to: new Date(FROM).toISOString() };
  expect(await (await ask(before)).json()).toEqual({ ...counts(0, 0, 0, 0, 0), queries: [] });
});

test("a bad question is refused with the field's name", async () => {
  for (const [field, change] of [
    ["from", { from: new Date(NOW).toISOString(), to: new Date(FROM).toISOString() }],
    ["from", { from: new Date(0).toISOString() }],
    ["from", { from: "yesterday" }],
    ["to", { to: undefined }],
    ["limit", { limit: 0 }],
    ["limit", { limit: 1001 }],
  ] as const) {
    const answer = await ask(change);
    expect(answer.status).toBe(400);
    expect((await answer.json()).detail).toMatch(new RegExp(`^${field}:`));
  }
});

test("searches are told to those who may read the project, and to nobody else", async () => {
  const body = JSON.stringify({ from: new Date(FROM).toISOString(), to: new Date(NOW).toISOString() });
  const statusOf = async (actor: Actor | undefined, project: string) => {
    const path = `/projects/${project}/searches/query`;
    const request = { method: "POST", headers: { "content-type": "application/json" }, body };
    return (await createTestApp(createSearchRoutes(deps), actor).request(path, request)).status;
  };
  expect(await statusOf({ ...person, scopes: ["read"], projectId: "bank" }, "bank")).toBe(200);
  expect(await statusOf(undefined, "bank")).toBe(401);
  expect(await statusOf({ ...person, scopes: ["write"] }, "bank")).toBe(403);
  expect(await statusOf({ ...person, projectId: "shop" }, "bank")).toBe(403);
  expect(await statusOf(person, "none")).toBe(404);
});
