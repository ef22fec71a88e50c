import { schema } from "@voxloop/ledger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import { noteExport } from "../http/note-export.ts";
import { createExportsRoutes } from "./routes.ts";

const NOW = new Date("2026-05-10T10:00:00.000Z");
let deps: Awaited<ReturnType<typeof openTestDeps>>;
beforeAll(async () => {
  deps = await openTestDeps(NOW);
  await deps.ledger.db.insert(schema.projects).values({ id: "other", name: "Other" });
  for (const subject of ["funnel", "error", "funnel"] as const)
    await noteExport(deps, { projectId: "bank", actor: "pm@bank.test", subject, question: { subject } });
  await noteExport(deps, { projectId: "other", actor: "pm@bank.test", subject: "error", question: {} });
});
afterAll(() => deps.close());

test("exports of a project are listed to administrators, the latest first, page by page", async () => {
  const app = createTestApp(createExportsRoutes(deps), { ...person, scopes: ["admin"] });
  const first = await (await app.request("/projects/bank/exports?limit=2")).json();
  expect(first.items).toMatchObject([
    { actor: "pm@bank.test", subject: "funnel", at: NOW.toISOString() },
    { subject: "error", question: { subject: "error" } },
  ]);
  const next = await (await app.request(`/projects/bank/exports?limit=2&cursor=${first.nextCursor}`)).json();
  expect(next).toMatchObject({ items: [{ subject: "funnel" }], nextCursor: null });
  expect((await app.request("/projects/nowhere/exports")).status).toBe(404);
  expect((await app.request("/projects/bank/exports?cursor=x")).status).toBe(400);
});

test("who may only read does not learn who took what", async () => {
  const app = createTestApp(createExportsRoutes(deps), { ...person, scopes: ["read"] });
  expect((await app.request("/projects/bank/exports")).status).toBe(403);
});
