import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import { createReleasesRoutes } from "./routes.ts";

const NOW = new Date("2026-05-10T10:00:00.000Z");
const answer = z.any();
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: ReturnType<typeof createTestApp>;

beforeAll(async () => {
  deps = await openTestDeps(NOW);
  app = createTestApp(createReleasesRoutes(deps), person);
  const base = { project_id: "bank", event_name: "open", service_name: "app", environment: "production" };
  await deps.warehouse.insert("events_v1", [
    { ...base, time: "2026-05-08T00:00:00.000Z", event_id: "1", customer_id: "a", service_version: "8.0.1" },
    { ...base, time: "2026-05-09T00:00:00.000Z", event_id: "2", customer_id: "b", service_version: "8.0.1" },
    { ...base, time: "2026-05-09T01:00:00.000Z", event_id: "3", customer_id: "b", service_version: "8.0.2" },
    { ...base, time: "2026-05-09T01:00:00.000Z", event_id: "4", customer_id: "b", service_version: "" },
    { ...base, time: "2026-04-01T00:00:00.000Z", event_id: "5", customer_id: "b", service_version: "7.0.0" },
    {
      ...base,
      time: "2026-05-09T01:00:00.000Z",
      event_id: "6",
      customer_id: "b",
      service_version: "1.0.0",
      project_id: "shop",
    },
  ]);
});
afterAll(() => deps.close());

async function ask(body?: object) {
  const response = await app.request("/projects/bank/releases", {
    ...(body && {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    }),
  });
  return { status: response.status, body: answer.parse(await response.json()) };
}

test("releases seen and declared make one list, newest first; a second declaration moves the first", async () => {
  const named = { version: "8.0.2", service: "app", environment: "production" };
  expect((await ask(named)).body).toMatchObject({ ...named, releasedAt: NOW.toISOString(), declared: true });
  const declared = await ask({ ...named, releasedAt: "2026-05-09T00:30:00.000Z" });
  expect(declared.status).toBe(201);
  await ask({ version: "8.0.3", releasedAt: "2026-05-10T09:00:00.000Z" });
  const { items } = (await ask()).body;
  expect(items).toEqual([
    {
      version: "8.0.3",
      service: "",
      environment: "",
      releasedAt: "2026-05-10T09:00:00.000Z",
      declared: true,
      firstSeen: null,
      lastSeen: null,
      customers: 0,
    },
    {
      ...named,
      releasedAt: "2026-05-09T00:30:00.000Z",
      declared: true,
      firstSeen: "2026-05-09T01:00:00.000Z",
      lastSeen: "2026-05-09T01:00:00.000Z",
      customers: 1,
    },
    {
      ...named,
      version: "8.0.1",
      releasedAt: "2026-05-08T00:00:00.000Z",
      declared: false,
      firstSeen: "2026-05-08T00:00:00.000Z",
      lastSeen: "2026-05-09T00:00:00.000Z",
      customers: 2,
    },
  ]);
});

test("a release needs a version, and a project that exists", async () => {
  expect((await ask({ service: "app" })).status).toBe(400);
  expect((await app.request("/projects/nowhere/releases")).status).toBe(404);
});
