import { findWriteKey } from "@voxloop/ledger";
import type { z } from "zod";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Deps } from "../deps.ts";
import { listOf } from "../http/cursor.ts";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import { ensureProject } from "./ensure.ts";
import { project } from "./project.ts";
import { createProjectsRoutes } from "./routes.ts";
import { createdWriteKey, writeKey } from "./write-key.ts";

const now = new Date("2026-03-01T00:00:00Z");
let deps: Deps & { close(): Promise<void> };
let app: ReturnType<typeof createTestApp>;

beforeAll(async () => {
  deps = await openTestDeps(now);
  app = createTestApp(createProjectsRoutes(deps), person);
});
afterAll(() => deps.close());

/** The answer of the front door; with a shape, its body is checked against it. */
async function call<Body = unknown>(
  method: string,
  path: string,
  { send, shape }: { send?: object; shape?: z.ZodType<Body> } = {},
): Promise<{ status: number; body: Body }> {
  const headers = { "content-type": "application/json" };
  const init = send === undefined ? { method } : { method, headers, body: JSON.stringify(send) };
  const response = await app.request(path, init);
  const text = await response.text();
  const body: unknown = text === "" ? undefined : JSON.parse(text);
  return { status: response.status, body: shape === undefined ? (body as Body) : shape.parse(body) };
}

test("a project is made sure of once and keeps its settings", async () => {
  await ensureProject(deps.ledger, { id: "default", name: "Default", now });
  await call("PATCH", "/projects/default", { send: { name: "App" } });
  await ensureProject(deps.ledger, { id: "default", name: "Default", now });
  const { body } = await call("GET", "/projects/default");
  expect(body).toEqual({
    id: "default",
    name: "App",
    timeZone: "Asia/Shanghai",
    recoveryWindowSeconds: 1800,
    eventsPerSecond: null,
    blockedGoalPerDay: null,
    experienceWeights: null,
    experienceGoal: null,
    eventsPerDay: null,
    traceUrlTemplate: null,
    sampleRate: null,
    createdAt: now.toISOString(),
  });
});

test("a change keeps what it leaves out", async () => {
  const before = (await call("GET", "/projects/bank", { shape: project })).body;
  const changed = await call("PATCH", "/projects/bank", {
    send: { timeZone: "Europe/Berlin", recoveryWindowSeconds: 60 },
  });
  const after = { ...before, timeZone: "Europe/Berlin", recoveryWindowSeconds: 60 };
  expect(changed).toEqual({ status: 200, body: after });
  expect(await call("PATCH", "/projects/bank", { send: {} })).toEqual({ status: 200, body: after });
});

test.each([
  { timeZone: "Mars/Olympus" },
  { timeZone: "+08:00" },
  { timeZone: "" },
  { name: "  " },
  { recoveryWindowSeconds: 0 },
  { recoveryWindowSeconds: 86_401 },
  { eventsPerSecond: 0 },
  { eventsPerDay: 1.5 },
  { experienceGoal: 101 },
  { experienceWeights: { success: 0, errorFree: 0, speed: 0, satisfaction: 0, sentiment: 0 } },
  { traceUrlTemplate: "https://traces.example/" },
  { traceUrlTemplate: "javascript:alert('{traceId}')" },
  { traceUrlTemplate: "https://{traceId}.example/" },
  { traceUrlTemplate: "https://traces.example{traceId}/" },
  { traceUrlTemplate: "https://user@traces.example/{traceId}" },
])("%j is refused, naming the field", async (change) => {
  const { status, body } = await call("PATCH", "/projects/bank", { send: change });
  expect({ status, body }).toMatchObject({
    status: 400,
    body: { errors: [{ field: Object.keys(change)[0] }] },
  });
});

test("limits and the address of traces are set, and null takes them away", async () => {
  const set = {
    eventsPerSecond: 500,
    eventsPerDay: 20_000_000_000,
    traceUrlTemplate: "https://jaeger.bank.example/trace/{traceId}?ui=1",
  };
  expect((await call("PATCH", "/projects/shop", { send: set })).body).toMatchObject(set);
  expect((await call("GET", "/projects/shop", { shape: project })).body).toMatchObject(set);
  const unset = { eventsPerSecond: null, eventsPerDay: null, traceUrlTemplate: null };
  expect((await call("PATCH", "/projects/shop", { send: unset })).body).toMatchObject(unset);
});

test("weights and goal of the experience index are set, and null takes them away", async () => {
  const experienceWeights = { success: 50, errorFree: 0, speed: 12.5, satisfaction: 0, sentiment: 1 };
  const set = { experienceWeights, experienceGoal: 82.5 };
  expect((await call("PATCH", "/projects/shop", { send: set })).body).toMatchObject(set);
  expect((await call("GET", "/projects/shop", { shape: project })).body).toMatchObject(set);
  const unset = { experienceWeights: null, experienceGoal: null };
  expect((await call("PATCH", "/projects/shop", { send: unset })).body).toMatchObject(unset);
});

test("a weight of the experience index that is negative or left out is refused, naming it", async () => {
  const weights = { success: 1, errorFree: 1, speed: 1, satisfaction: 1 };
  for (const sentiment of [-1, 101, undefined]) {
    const send = { experienceWeights: { ...weights, sentiment } };
    const answer = await call("PATCH", "/projects/bank", { send });
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: [{ field: "experienceWeights.sentiment" }] },
    });
  }
});

test("a project that does not exist is not found", async () => {
  for (const [method, path, send] of [
    ["GET", "/projects/none"],
    ["PATCH", "/projects/none", { name: "x" }],
    ["GET", "/projects/none/keys"],
    ["POST", "/projects/none/keys", { name: "x" }],
  ] as const) {
    expect((await call(method, path, send && { send })).status).toBe(404);
  }
});

test("a write key is shown once and works until it is revoked, by its own project only", async () => {
  const { status, body: created } = await call("POST", "/projects/bank/keys", {
    send: { name: "iOS" },
    shape: createdWriteKey,
  });
  expect(status).toBe(201);
  expect((await findWriteKey(deps.ledger, created.key))?.projectId).toBe("bank");
  const { body: list } = await call("GET", "/projects/bank/keys", { shape: listOf(writeKey) });
  const { key, ...shown } = created;
  expect(list.items).toEqual([shown]);
  expect(JSON.stringify(list)).not.toContain(key);
  expect((await call("DELETE", `/projects/shop/keys/${created.id}`)).status).toBe(404);
  expect((await findWriteKey(deps.ledger, key))?.projectId).toBe("bank");
  expect((await call("DELETE", `/projects/bank/keys/${created.id}`)).status).toBe(204);
  expect(await findWriteKey(deps.ledger, key)).toBeUndefined();
});

/** A key of the project "bank" with what is sent, made through the front door. */
async function makeKey(send: object = {}) {
  const answer = await call("POST", "/projects/bank/keys", {
    send: { name: "web", ...send },
    shape: createdWriteKey,
  });
  expect(answer.status).toBe(201);
  return answer.body;
}

test("a write key's scopes and limits are stored as browsers write them, changed, and taken away", async () => {
  const made = await makeKey({
    allowedOrigins: [
      "HTTPS://Bank.Example:443",
      "https://*.bank.example",
      "capacitor://localhost",
      "https://bank.example",
    ],
    environments: [" production ", "production", "预发"],
    eventsPerSecond: 100,
    expiresAt: "2026-05-01T10:00:00+08:00",
  });
  const scopes = {
    allowedOrigins: ["https://bank.example", "https://*.bank.example", "capacitor://localhost"],
    environments: ["production", "预发"],
    eventsPerSecond: 100,
    eventsPerDay: null,
    expiresAt: "2026-05-01T02:00:00.000Z",
  };
  expect(made).toMatchObject(scopes);
  const path = `/projects/bank/keys/${made.id}`;
  const changed = await call("PATCH", path, { send: { eventsPerDay: 5 }, shape: writeKey });
  expect(changed.body).toMatchObject({ ...scopes, name: "web", eventsPerDay: 5 });
  const bare = {
    allowedOrigins: [],
    environments: [],
    eventsPerSecond: null,
    eventsPerDay: null,
    expiresAt: null,
  };
  expect((await call("PATCH", path, { send: bare })).body).toMatchObject(bare);
  expect((await call("PATCH", path, { send: {} })).body).toMatchObject(bare);
  expect((await call("PATCH", `/projects/shop/keys/${made.id}`, { send: {} })).status).toBe(404);
});

test.each([
  { allowedOrigins: ["bank.example"] },
  { allowedOrigins: ["https://bank.example/"] },
  { allowedOrigins: ["https://bank.example/app"] },
  { allowedOrigins: ["https://user@bank.example"] },
  { allowedOrigins: ["https://bank.*.example"] },
  { allowedOrigins: ["https://*.example"] },
  { allowedOrigins: ["https://bank.example:99999"] },
  { allowedOrigins: ["https://"] },
  { allowedOrigins: ["*"] },
  { allowedOrigins: ["null"] },
  { environments: [""] },
  { eventsPerSecond: 0 },
  { eventsPerDay: -1 },
  { expiresAt: "tomorrow" },
])("a key with %j is refused, naming the field", async (send) => {
  const { status, body } = await call("POST", "/projects/bank/keys", { send: { name: "web", ...send } });
  expect(status).toBe(400);
  expect(body).toMatchObject({
    errors: [{ field: expect.stringMatching(new RegExp(`^${Object.keys(send)[0]}`)) }],
  });
});

const expiryOf = async (key: string) => (await findWriteKey(deps.ledger, key))?.expiresAt;

test("a rotated key gives a new one with the same scopes and works a day longer, at most until it would have expired", async () => {
  const old = await makeKey({ environments: ["production"], eventsPerDay: 10 });
  const path = `/projects/bank/keys/${old.id}`;
  const next = await call("POST", `${path}/rotate`, { shape: createdWriteKey });
  expect(next.status).toBe(201);
  expect(next.body).toMatchObject({
    name: "web",
    environments: ["production"],
    eventsPerDay: 10,
    expiresAt: null,
  });
  expect(next.body.key).not.toBe(old.key);
  expect(await expiryOf(old.key)).toEqual(new Date("2026-03-02T00:00:00Z"));
  expect(await expiryOf(next.body.key)).toBeNull();
  await call("POST", `${path}/rotate`, { send: { graceSeconds: 7 * 86_400 } });
  expect(await expiryOf(old.key)).toEqual(new Date("2026-03-02T00:00:00Z"));
  await call("POST", `${path}/rotate`, { send: { graceSeconds: 0 } });
  expect(await expiryOf(old.key)).toEqual(now);
});

test("a key that expired, was revoked, or belongs to another project cannot be rotated", async () => {
  const { id } = await makeKey();
  const path = `/projects/bank/keys/${id}`;
  const rotate = async (of = path, send: object = { graceSeconds: 0 }) =>
    (await call("POST", `${of}/rotate`, { send })).status;
  expect(await rotate(path, { graceSeconds: -1 })).toBe(400);
  expect(await rotate(`/projects/shop/keys/${id}`)).toBe(404);
  expect(await rotate()).toBe(201);
  expect(await rotate()).toBe(409);
  expect((await call("PATCH", path, { send: { expiresAt: null } })).status).toBe(200);
  expect(await rotate()).toBe(201);
  expect((await call("DELETE", path)).status).toBe(204);
  expect((await call("DELETE", path)).status).toBe(204);
  expect(await rotate()).toBe(409);
  expect((await call("PATCH", path, { send: { name: "x" } })).status).toBe(409);
});
