import { findProjectOfWriteKey } from "@voxloop/ledger";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Deps } from "../deps.ts";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import { ensureProject } from "./ensure.ts";
import type { CreatedWriteKey, Project, WriteKey } from "./project.ts";
import { createProjectsRoutes } from "./routes.ts";

const now = new Date("2026-03-01T00:00:00Z");
let deps: Deps & { close(): Promise<void> };
let app: ReturnType<typeof createTestApp>;

beforeAll(async () => {
  deps = await openTestDeps(now);
  app = createTestApp(createProjectsRoutes(deps), person);
});
afterAll(() => deps.close());

async function call<Body>(
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: Body }> {
  const init = { method, headers: { "content-type": "application/json" } };
  const response = await app.request(
    path,
    body === undefined ? init : { ...init, body: JSON.stringify(body) },
  );
  const text = await response.text();
  return { status: response.status, body: (text === "" ? undefined : JSON.parse(text)) as Body };
}

test("a project is made sure of once and keeps its settings", async () => {
  await ensureProject(deps.ledger, { id: "default", name: "Default", now });
  await call("PATCH", "/projects/default", { name: "App" });
  await ensureProject(deps.ledger, { id: "default", name: "Default", now });
  const { body } = await call<Project>("GET", "/projects/default");
  expect(body).toEqual({
    id: "default",
    name: "App",
    timeZone: "Asia/Shanghai",
    recoveryWindowSeconds: 1800,
    createdAt: now.toISOString(),
  });
});

test("a change keeps what it leaves out", async () => {
  const before = (await call<Project>("GET", "/projects/bank")).body;
  const changed = await call("PATCH", "/projects/bank", {
    timeZone: "Europe/Berlin",
    recoveryWindowSeconds: 60,
  });
  const after = { ...before, timeZone: "Europe/Berlin", recoveryWindowSeconds: 60 };
  expect(changed).toEqual({ status: 200, body: after });
  expect(await call("PATCH", "/projects/bank", {})).toEqual({ status: 200, body: after });
});

test.each([
  { timeZone: "Mars/Olympus" },
  { timeZone: "+08:00" },
  { timeZone: "" },
  { name: "  " },
  { recoveryWindowSeconds: 0 },
  { recoveryWindowSeconds: 86_401 },
])("%j is refused, naming the field", async (change) => {
  const { status, body } = await call("PATCH", "/projects/bank", change);
  expect({ status, body }).toMatchObject({
    status: 400,
    body: { errors: [{ field: Object.keys(change)[0] }] },
  });
});

test("a project that does not exist is not found", async () => {
  for (const [method, path, body] of [
    ["GET", "/projects/none"],
    ["PATCH", "/projects/none", { name: "x" }],
    ["GET", "/projects/none/keys"],
    ["POST", "/projects/none/keys", { name: "x" }],
  ] as const) {
    expect((await call(method, path, body)).status).toBe(404);
  }
});

test("a write key is shown once and works until it is revoked, by its own project only", async () => {
  const { status, body: created } = await call<CreatedWriteKey>("POST", "/projects/bank/keys", {
    name: "iOS",
  });
  expect(status).toBe(201);
  expect(await findProjectOfWriteKey(deps.ledger, created.key)).toBe("bank");
  const { body: list } = await call<{ items: WriteKey[] }>("GET", "/projects/bank/keys");
  const { key, ...shown } = created;
  expect(list.items).toEqual([shown]);
  expect(JSON.stringify(list)).not.toContain(key);
  expect((await call("DELETE", `/projects/shop/keys/${created.id}`)).status).toBe(404);
  expect(await findProjectOfWriteKey(deps.ledger, key)).toBe("bank");
  expect((await call("DELETE", `/projects/bank/keys/${created.id}`)).status).toBe(204);
  expect(await findProjectOfWriteKey(deps.ledger, key)).toBeUndefined();
});
