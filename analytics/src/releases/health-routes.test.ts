import { schema } from "@voxloop/ledger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import { createReleasesRoutes } from "./routes.ts";

const NOW = new Date("2026-05-10T10:00:00.000Z");
const answer = z.any();
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: ReturnType<typeof createTestApp>;

const BASE = { project_id: "bank", service_name: "app", environment: "production" };
const RANGE = "from=2026-05-03T10:00:00.000Z&to=2026-05-10T10:00:00.000Z";
const GARBAGE = `"'>\n<img src=x onerror=alert(1)>`;

/** Sessions of a release, each of a customer of its own, of which the first few fail with a code. */
function sessions(version: string, of: { count: number; failing: number; code: string; time: string }) {
  return Array.from({ length: of.count }, (_, at) => ({
    ...BASE,
    time: of.time,
    event_id: `${version}-${of.code}-${at}`,
    event_name: "vox.transaction",
    customer_id: `${version}-${at}`,
    user_id: `${version}-${at}`,
    session_id: `${version}-session-${at}`,
    service_version: version,
    flow: "transfer",
    ...(at < of.failing ? { outcome: "failed", error_code: of.code } : { outcome: "succeeded" }),
  }));
}

beforeAll(async () => {
  deps = await openTestDeps(NOW);
  app = createTestApp(createReleasesRoutes(deps), person);
  const old = "2026-05-04T08:30:00.250Z";
  await deps.warehouse.insert("events_v1", [
    ...sessions("8.0.1", { count: 200, failing: 80, code: "E1042", time: old }),
    ...sessions("8.0.10", { count: 100, failing: 10, code: "E2210", time: "2026-05-09T12:00:00.000Z" }),
    ...sessions("8.0.11", { count: 5, failing: 1, code: "E1042", time: "2026-05-10T09:59:00.000Z" }),
    ...sessions("latest", { count: 40, failing: 40, code: "E9", time: "2026-05-10T09:00:00.000Z" }),
    ...sessions(GARBAGE, { count: 2, failing: 2, code: "E8", time: "2026-05-10T09:00:00.000Z" }),
    ...sessions("9.9.9", { count: 2, failing: 0, code: "", time: "2026-01-10T09:00:00.000Z" }),
    { ...sessions("8.0.1", { count: 1, failing: 1, code: "E7", time: old })[0], environment: "staging" },
  ]);
  const issue = {
    projectId: "bank",
    number: 7,
    cause: "error:x",
    title: "Limits",
    state: "analysing",
    severity: "high",
  };
  const [{ id } = { id: "" }] = await deps.ledger.db
    .insert(schema.issues)
    .values({ ...issue, evidence: {} })
    .returning({ id: schema.issues.id });
  const regression = {
    fixedVersion: "8.0.2",
    version: "8.0.10",
    environment: "production",
    reason: "Seen again",
  };
  const data = { from: "closed", to: "analysing", reason: "regressed", regression };
  await deps.ledger.db.insert(schema.issueTimeline).values([
    { issueId: id, actor: "job:x", kind: "transition", data, at: new Date("2026-05-09T13:00:00.000Z") },
    { issueId: id, actor: "job:x", kind: "transition", data: { ...data, reason: "moved" } },
  ]);
});
afterAll(() => deps.close());

async function get(path: string) {
  const response = await app.request(`/projects/bank/releases/${path}`);
  return { status: response.status, body: answer.parse(await response.json()) };
}
const versionsOf = (body: { items: { version: string }[] }) => body.items.map(({ version }) => version);

test("each release has its health and is compared with the newest older one that has sessions enough", async () => {
  const { status, body } = await get(`health?${RANGE}`);
  expect(status).toBe(200);
  expect(versionsOf(body)).toEqual(["8.0.11", "8.0.10", "8.0.1", "latest", GARBAGE]);
  const [newest, middle, first, latest] = body.items;
  expect(middle).toMatchObject({
    isOrdered: true,
    firstSeen: "2026-05-09T12:00:00.000Z",
    customers: 100,
    sessions: 100,
    errorFreeSessions: { cases: 90, of: 100, share: 0.9 },
    errorFreeCustomers: { cases: 90, of: 100 },
    blockedCustomers: 10,
    blockedPerThousand: 100,
    blockedTransactionsPerThousand: 100,
    newGroups: 1,
    regressedIssues: 1,
    adoption: { cases: 100, of: 147 },
    previous: { version: "8.0.1", verdict: "better" },
  });
  expect(middle.errorFreeSessions.low).toBeCloseTo(0.8256, 3);
  expect(middle.errorFreeSessions.high).toBeCloseTo(0.9448, 3);
  expect(middle.previous.gap).toBeCloseTo(90 / 100 - 120 / 200, 10);
  expect(newest.previous).toMatchObject({ version: "8.0.10", verdict: "unclear", low: null });
  expect(newest.errorFreeSessions.tooFew).toBe(true);
  expect(first).toMatchObject({
    previous: null,
    newGroups: 2,
    regressedIssues: 0,
    firstSeen: "2026-05-04T08:30:00.250Z",
  });
  expect(latest).toMatchObject({ isOrdered: false, previous: null, sessions: 40 });
  expect(body).toMatchObject({ environments: ["production", "staging"], customers: 347, more: 0 });
});

test("an environment narrows everything, and one without events is empty", async () => {
  const { body } = await get(`health?${RANGE}&environment=staging`);
  expect(body.items).toMatchObject([{ version: "8.0.1", sessions: 1, newGroups: 1, regressedIssues: 0 }]);
  expect((await get(`health?${RANGE}&environment=moon`)).body).toMatchObject({
    items: [],
    customers: 0,
    sessions: 0,
  });
});

test("a release has its new error groups, those that block most first, and the issues that came back with the reason", async () => {
  const { body } = await get(`8.0.1/health?${RANGE}`);
  expect(body.newGroups).toMatchObject([
    {
      code: "E1042",
      flow: "transfer",
      customers: 80,
      blockedCustomers: 80,
      firstSeen: "2026-05-04T08:30:00.250Z",
    },
    { code: "E7", customers: 1 },
  ]);
  expect(body.seenIn).toHaveLength(2);
  const regressed = await get(`8.0.10/health?${RANGE}`);
  expect(regressed.body.regressedIssues).toMatchObject([
    {
      number: 7,
      title: "Limits",
      fixedVersion: "8.0.2",
      reason: "Seen again",
      regressedAt: "2026-05-09T13:00:00.000Z",
    },
  ]);
});

test("a release of any name is found by it, and one that is nowhere is told to be", async () => {
  const found = await get(`${encodeURIComponent(GARBAGE)}/health?${RANGE}`);
  expect(found.body.release).toMatchObject({ version: GARBAGE, isOrdered: false, newGroups: 1 });
  expect((await get(`9.9.9/health?${RANGE}`)).body.release).toMatchObject({
    customers: 0,
    firstSeen: "2026-01-10T09:00:00.000Z",
    errorFreeSessions: { share: null },
    blockedPerThousand: null,
  });
  const unknown = await get(`${encodeURIComponent(`1.2"3`)}/health?${RANGE}`);
  expect([unknown.status, unknown.body.detail]).toEqual([
    404,
    String.raw`There is no release "1.2\"3": it was neither declared nor seen in an event`,
  ]);
});

test("a range that ends before it begins, and a project that is not there, are refused", async () => {
  const turned = await get("health?from=2026-05-10T10:00:00.000Z&to=2026-05-03T10:00:00.000Z");
  expect([turned.status, turned.body.detail]).toEqual([400, "from: must be before to"]);
  expect((await app.request("/projects/nowhere/releases/health")).status).toBe(404);
  expect(
    (await createTestApp(createReleasesRoutes(deps), undefined).request("/projects/bank/releases/health"))
      .status,
  ).toBe(401);
});

test.each([
  [{ version: "latest" }, "names no build"],
  [{ version: "Main" }, "names no build"],
  [{ version: "8.0\n1" }, "control characters"],
  [{ version: " 8.0.1" }, "space at its ends"],
  [{ version: "8.0.1", releasedAt: "2999-01-01T00:00:00.000Z" }, "at most 90 days ahead"],
])("declaring %j is refused: %s", async (body, reason) => {
  const response = await app.request("/projects/bank/releases", {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
  expect(response.status).toBe(400);
  expect(answer.parse(await response.json()).detail).toContain(reason);
});

test("a release that was declared in the range is listed before anybody uses it", async () => {
  const declared = await app.request("/projects/shop/releases", {
    method: "POST",
    body: JSON.stringify({ version: "9c0ffee", releasedAt: "2026-05-10T09:30:00.000Z" }),
    headers: { "content-type": "application/json" },
  });
  expect(declared.status).toBe(201);
  const response = await app.request(`/projects/shop/releases/health?${RANGE}`);
  expect(answer.parse(await response.json()).items).toMatchObject([
    {
      version: "9c0ffee",
      declaredAt: "2026-05-10T09:30:00.000Z",
      firstSeen: null,
      isOrdered: true,
      adoption: { share: null },
    },
  ]);
});
