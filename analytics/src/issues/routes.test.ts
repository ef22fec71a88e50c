import { schema } from "@voxloop/ledger";
import { eq } from "drizzle-orm";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import { ISSUE_STATES, TRANSITIONS, type Issue, type IssueState } from "./issue.ts";
import { openIssue } from "./open.ts";
import { createIssuesRoutes } from "./routes.ts";

const NOW = new Date("2026-05-10T10:00:00.000Z");
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: ReturnType<typeof createTestApp>;
let causes = 0;

beforeAll(async () => {
  deps = await openTestDeps(NOW);
  app = createTestApp(createIssuesRoutes(deps), person);
});
afterAll(() => deps.close());

const base = "/projects/bank/issues";
const answer = z.any();
async function ask(path: string, method = "GET", body?: unknown) {
  const response = await app.request(`${base}${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    }),
  });
  return { status: response.status, body: answer.parse(await response.json()) };
}

async function newIssue(): Promise<Issue> {
  const fingerprint = `f${++causes}`;
  const { issueId } = await openIssue(deps, {
    projectId: "bank",
    cause: `error:${fingerprint}`,
    title: "Transfer fails",
    flow: "transfer",
    evidence: {
      kind: "error",
      fingerprint,
      code: "E1042",
      flow: "transfer",
      rank: 1,
      blockedCustomers: 12,
      blockedTransactions: 12,
      customers: 12,
      npsGap: null,
      negativeShare: null,
      at: NOW.toISOString(),
    },
  });
  return (await ask(`/${issueId}`)).body;
}

const move = (issue: Issue, to: IssueState, more: object = {}) =>
  ask(`/${issue.id}/transitions`, "POST", { version: issue.version, to, ...more });

async function moved(issue: Issue, ...states: IssueState[]): Promise<Issue> {
  let current = issue;
  for (const to of states) {
    const { status, body } = await move(
      current,
      to,
      to === "released" ? { release: { version: "8.0.2" } } : {},
    );
    expect(status).toBe(200);
    current = body;
  }
  return current;
}

test("an issue is told with the states it may move to", async () => {
  const issue = await newIssue();
  expect(issue).toMatchObject({ state: "detected", version: 1, legalTransitions: ["analysing", "closed"] });
});

test("an issue of another project, an unknown id and a malformed id are not found", async () => {
  const issue = await newIssue();
  const other = await app.request(`/projects/shop/issues/${issue.id}`);
  expect(other.status).toBe(404);
  expect((await ask("/6f1ecb5e-6a0e-4f0e-8ee2-111111111111")).status).toBe(404);
  expect((await ask("/nonsense")).status).toBe(404);
});

test("a move on a stale version is answered 409 with the issue as it is now", async () => {
  const issue = await newIssue();
  await moved(issue, "analysing");
  const { status, body } = await move(issue, "closed", { reason: "wont_fix" });
  expect(status).toBe(409);
  expect(body.current).toMatchObject({ id: issue.id, state: "analysing", version: 2 });
});

test("an illegal move is answered 409 with the legal ones", async () => {
  const issue = await newIssue();
  const { status, body } = await move(issue, "released", { release: { version: "8.0.2" } });
  expect(status).toBe(409);
  expect(body).toMatchObject({ legal: ["analysing", "closed"], current: { version: 1 } });
});

test("of two people who move an issue at a time one wins and the other gets the current issue", async () => {
  const issue = await newIssue();
  const answers = await Promise.all([
    move(issue, "analysing"),
    move(issue, "closed", { reason: "duplicate" }),
    ask(`/${issue.id}`, "PATCH", { version: 1, owner: "li@bank.test" }),
  ]);
  expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
  const current = (await ask(`/${issue.id}`)).body;
  for (const { status, body } of answers) {
    if (status === 409) expect(body.current).toEqual(current);
  }
  expect(current.version).toBe(2);
});

test("closing needs a reason, and no person can close as effective", async () => {
  const issue = await newIssue();
  expect((await move(issue, "closed")).status).toBe(400);
  expect((await move(issue, "closed", { reason: "effective" })).status).toBe(400);
  const { body } = await move(issue, "closed", { reason: "accepted", comment: "Rare" });
  expect(body).toMatchObject({ state: "closed", closeReason: "accepted", closedAt: NOW.toISOString() });
});

test("releasing needs a version and a time that is not to come", async () => {
  const issue = await moved(await newIssue(), "analysing", "decided");
  expect((await move(issue, "released")).status).toBe(400);
  const release = { version: "8.0.2", releasedAt: "2026-05-10T10:00:01.000Z" };
  expect((await move(issue, "released", { release })).status).toBe(400);
});

test("a release is recorded, and the plan is declared before the first look", async () => {
  const decided = await moved(await newIssue(), "analysing", "decided");
  const release = {
    version: "8.0.3",
    service: "app",
    environment: "production",
    releasedAt: "2026-05-09T10:00:00.000Z",
  };
  const { body } = await move(decided, "released", { release, plan: { expectedChange: -0.8 } });
  expect(body).toMatchObject({ state: "released", release });
  const rows = await deps.ledger.db
    .select()
    .from(schema.releases)
    .where(eq(schema.releases.version, "8.0.3"));
  expect(rows).toMatchObject([{ service: "app", environment: "production" }]);
  expect((await ask(`/${body.id}/verification`)).body).toEqual({
    issueId: body.id,
    plan: { metric: "blocked_rate", expectedChange: -0.8, windowDays: 14, unit: "customer" },
    startedAt: NOW.toISOString(),
    endedAt: null,
    verdict: "inconclusive",
    latest: null,
    looks: [],
  });
});

test("a release without service and environment is that of most customers who met the error", async () => {
  const issue = await moved(await newIssue(), "analysing", "decided");
  const { fingerprint } = issue.evidence;
  const home = { service_name: "app", environment: "production" };
  const rows = ["c1", "c2"].map((customer_id) => ({ ...home, customer_id, event_id: customer_id }));
  const stray = { service_name: "app", environment: "uat", customer_id: "c3", event_id: "x" };
  await deps.warehouse.insert(
    "error_events_v1",
    [...rows, stray].map((row) => ({ ...row, project_id: "bank", time: NOW.toISOString(), fingerprint })),
  );
  const released = await moved(issue, "released");
  expect(released.release).toMatchObject({ service: "app", environment: "production" });
});

test("taking a released issue back ends its verification without a verdict", async () => {
  const issue = await moved(await newIssue(), "analysing", "decided", "released", "analysing");
  const { body } = await ask(`/${issue.id}/verification`);
  expect(body).toMatchObject({ endedAt: NOW.toISOString(), verdict: "inconclusive" });
});

test("there is no verification before a release", async () => {
  const issue = await newIssue();
  expect((await ask(`/${issue.id}/verification`)).status).toBe(404);
});

test("a closed issue is not reopened while another one is open on its cause", async () => {
  const issue = await newIssue();
  const closed = (await move(issue, "closed", { reason: "wont_fix" })).body;
  const { evidence, flow, title } = issue;
  const cause = `error:${evidence.fingerprint}`;
  await openIssue(deps, { projectId: "bank", cause, title, flow, evidence, evenIfClosed: true });
  const { status, body } = await move(closed, "analysing");
  expect(status).toBe(409);
  expect(body.detail).toMatch(/Issue #\d+ is open on the same cause/);
});

test("a change tells each field from what to what, and a change to the same is none", async () => {
  const issue = await newIssue();
  const change = { version: 1, owner: "li@bank.test", severity: "critical", title: issue.title };
  const { body } = await ask(`/${issue.id}`, "PATCH", change);
  expect(body).toMatchObject({ owner: "li@bank.test", severity: "critical", version: 2 });
  const again = await ask(`/${issue.id}`, "PATCH", { ...change, version: 2 });
  expect(again.body.version).toBe(2);
  const due = { version: 2, dueAt: "2026-06-01T00:00:00.000Z" };
  expect((await ask(`/${issue.id}`, "PATCH", due)).body).toMatchObject({ ...due, version: 3 });
  const { items } = (await ask(`/${issue.id}/timeline`)).body;
  const changes = {
    owner: { from: null, to: "li@bank.test" },
    severity: { from: "medium", to: "critical" },
  };
  expect(items[1]).toMatchObject({ kind: "changed", actor: "pm@bank.test", data: { changes } });
  expect(items).toHaveLength(3);
});

test("a comment joins the timeline and leaves the version alone", async () => {
  const issue = await newIssue();
  const { status, body } = await ask(`/${issue.id}/comments`, "POST", { text: " Seen at branch 12 " });
  expect([status, body.version]).toEqual([201, 1]);
  const { items } = (await ask(`/${issue.id}/timeline`)).body;
  expect(items.at(-1)).toMatchObject({ kind: "comment", data: { text: "Seen at branch 12" } });
  expect((await ask(`/${issue.id}/comments`, "POST", { text: " " })).status).toBe(400);
});

test("issues page by cursor, newest first, and filter by state", async () => {
  await newIssue();
  const closed = (await move(await newIssue(), "closed", { reason: "duplicate" })).body;
  const seen: number[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const { body } = await ask(`?limit=3${cursor === "" ? "" : `&cursor=${cursor}`}`);
    seen.push(...body.items.map((issue: Issue) => issue.number));
    cursor = body.nextCursor;
  }
  expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => b - a));
  const ids = async (state: string) =>
    (await ask(`?limit=200&state=${state}`)).body.items.map((issue: Issue) => issue.id);
  expect(await ids("closed")).toContain(closed.id);
  expect(await ids("open")).not.toContain(closed.id);
  expect((await ask("?state=nowhere")).status).toBe(400);
  expect((await ask("?cursor=x")).status).toBe(400);
});

test("the timeline pages by cursor, oldest first", async () => {
  const issue = await moved(await newIssue(), "analysing", "decided");
  const first = (await ask(`/${issue.id}/timeline?limit=2`)).body;
  const second = (await ask(`/${issue.id}/timeline?limit=2&cursor=${first.nextCursor}`)).body;
  expect([...first.items, ...second.items].map((entry) => entry.data.to)).toEqual([
    undefined,
    "analysing",
    "decided",
  ]);
  expect(second.nextCursor).toBeNull();
});

test("no sequence of commands leads to an illegal state, skips a version or leaves a gap in the timeline", async () => {
  const command = fc.oneof(
    fc.record({
      kind: fc.constant("move" as const),
      to: fc.constantFrom(...ISSUE_STATES),
      stale: fc.boolean(),
      complete: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant("change" as const),
      owner: fc.constantFrom("a", "b", null),
      stale: fc.boolean(),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 14 }), async (commands) => {
      let issue = await newIssue();
      let writes = 0;
      for (const each of commands) {
        const version = each.stale ? issue.version - 1 : issue.version;
        const more = { release: { version: "9.0.0" }, reason: "duplicate" };
        const { status, body } =
          each.kind === "move"
            ? await move({ ...issue, version }, each.to, each.complete ? more : {})
            : await ask(`/${issue.id}`, "PATCH", { version, owner: each.owner });
        if (status !== 200) {
          expect((await ask(`/${issue.id}`)).body).toEqual(issue);
          continue;
        }
        const isNoChange = each.kind === "change" && each.owner === issue.owner;
        expect(each.stale).toBe(false);
        expect(body.version).toBe(issue.version + (isNoChange ? 0 : 1));
        if (each.kind === "move") {
          expect(TRANSITIONS[issue.state]).toContain(each.to);
          expect(body.state).toBe(each.to);
        }
        if (!isNoChange) writes++;
        expect(body.closedAt === null).toBe(body.state !== "closed");
        issue = body;
      }
      const { items } = (await ask(`/${issue.id}/timeline`)).body;
      expect(items).toHaveLength(1 + writes);
    }),
    { numRuns: 40, seed: 7 },
  );
}, 60_000);

test("the OpenAPI document names the issue and its conflicts", () => {
  const document = createIssuesRoutes(deps).getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "t", version: "1" },
  });
  expect(Object.keys(document.components?.schemas ?? {})).toEqual(
    expect.arrayContaining(["Issue", "IssueList", "IssueTransition", "Verification", "Timeline"]),
  );
  const transitions = document.paths?.["/projects/{project}/issues/{id}/transitions"]?.post;
  expect(Object.keys(transitions?.responses ?? {})).toContain("409");
});
