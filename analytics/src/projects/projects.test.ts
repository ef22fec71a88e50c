import { findProjectOfWriteKey } from "@voxloop/ledger";
import type { z } from "zod";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Deps } from "../deps.ts";
import { listOf } from "../http/cursor.ts";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import { ensureProject } from "./ensure.ts";
import { createdWriteKey, project, writeKey } from "./project.ts";
import { createProjectsRoutes } from "./routes.ts";

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
  const init = { method, headers: { "content-type": "application/json" } };
  const response = await app.request(
    path,
    send === undefined ? init : { ...init, body: JSON.stringify(send) },
  );
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
    eventsPerDay: null,
    traceUrlTemplate: null,
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
  expect(await findProjectOfWriteKey(deps.ledger, created.key)).toBe("bank");
  const { body: list } = await call("GET", "/projects/bank/keys", { shape: listOf(writeKey) });
  const { key, ...shown } = created;
  expect(list.items).toEqual([shown]);
  expect(JSON.stringify(list)).not.toContain(key);
  expect((await call("DELETE", `/projects/shop/keys/${created.id}`)).status).toBe(404);
  expect(await findProjectOfWriteKey(deps.ledger, key)).toBe("bank");
  expect((await call("DELETE", `/projects/bank/keys/${created.id}`)).status).toBe(204);
  expect(await findProjectOfWriteKey(deps.ledger, key)).toBeUndefined();
});
