import { schema } from "@voxloop/ledger";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openTestDeps } from "../../http/test-app.fixture.ts";
import { createFunnel } from "../store.ts";
import { findDropsJob, findDropsOf } from "./job.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** The last day whose windows are over when it begins is the one before. */
const FIRST = Date.UTC(2026, 4, 9);
let now = new Date(FIRST + DAY + 2.5 * HOUR);
let deps: Awaited<ReturnType<typeof openTestDeps>>;
beforeAll(async () => {
  deps = { ...(await openTestDeps(now)), now: () => now };
});
afterAll(() => deps.close());

const PEOPLE = 200;
const STEPS = [{ event: "start" }, { event: "vox.transaction", where: { "vox.outcome": "succeeded" } }];

/** Of 200 a day 40 drop for nothing; of a bad day's others as many as `failing` meet E7 and drop. All meet E1, which stops nobody. */
function dayOf(projectId: string, start: number, failing: number) {
  return Array.from({ length: PEOPLE }, (_, one) => {
    const isFailed = one < failing;
    const isDropped = isFailed || one >= PEOPLE - 40;
    const at = start + 9 * HOUR + one * 1000;
    const event = (event_name: string, seconds: number, more: object = {}) => ({
      project_id: projectId,
      event_name,
      event_id: `${start}-${one}-${event_name}-${seconds}`,
      time: new Date(at + seconds * 1000).toISOString(),
      customer_id: `c${start}-${one}`,
      user_id: `c${start}-${one}`,
      session_id: `s${start}-${one}`,
      ...more,
    });
    const outcome = (value: string, more: object = {}) =>
      event("vox.transaction", 60, { flow: "transfer", outcome: value, ...more });
    return [
      event("start", 0),
      ...(one % 2 === 0 ? [event("notice", 5, { error_code: "E1" })] : []),
      ...(isFailed ? [outcome("failed", { error_code: "E7" })] : []),
      ...(isDropped ? [] : [outcome("succeeded")]),
    ];
  }).flat();
}

async function plant(projectId: string, badDays: number[], days = 31) {
  await deps.ledger.db.insert(schema.projects).values({ id: projectId, name: projectId });
  const definition = {
    steps: STEPS,
    order: "ordered" as const,
    windowSeconds: 3600,
    unit: "customer" as const,
  };
  await createFunnel(deps.ledger, { projectId, name: "Transfer", definition, at: now });
  const rows = Array.from({ length: days }, (_, day) => day - 28).flatMap((day) =>
    dayOf(projectId, FIRST + day * DAY, badDays.includes(day) ? 80 : 0),
  );
  await deps.warehouse.insert("events_v1", rows);
}

/** On the morning after a day, counted from the first. */
async function lookAfter(day: number, projectId: string): Promise<void> {
  now = new Date(FIRST + (day + 1) * DAY + 2.5 * HOUR);
  await findDropsOf(deps, projectId);
}

const issuesOf = (projectId: string) =>
  deps.ledger.db.select().from(schema.issues).where(eq(schema.issues.projectId, projectId));
const timelineOf = (issueId: string) =>
  deps.ledger.db.select().from(schema.issueTimeline).where(eq(schema.issueTimeline.issueId, issueId));

test("a fall opens one issue with what explains it, goes on as the same one, and is told when it has passed", async () => {
  await plant("fallen", [0, 1]);
  await lookAfter(0, "fallen");
  await lookAfter(0, "fallen");
  const [issue, ...more] = await issuesOf("fallen");
  expect(more).toEqual([]);
  expect(issue).toMatchObject({
    title: "Transfer: start → vox.transaction succeeded ↓ 40.0 % (80.0 %)",
    state: "detected",
    evidence: {
      kind: "funnel",
      code: "E7",
      customers: PEOPLE,
      blockedCustomers: 80,
      drop: {
        step: 1,
        from: new Date(FIRST).toISOString(),
        observed: 0.4,
        factors: [{ kind: "error", title: "E7", shareBefore: 0 }],
        recoveredAt: null,
      },
    },
  });
  await lookAfter(1, "fallen");
  expect(await issuesOf("fallen")).toMatchObject([
    {
      id: issue?.id,
      evidence: {
        drop: { from: new Date(FIRST).toISOString(), to: new Date(FIRST + 2 * DAY).toISOString() },
      },
    },
  ]);
  expect((await timelineOf(issue?.id ?? "")).map(({ kind }) => kind)).toEqual(["opened"]);
  now = new Date(FIRST + 3 * DAY + 2.5 * HOUR);
  await findDropsJob.run(deps);
  await findDropsJob.run(deps);
  expect(await timelineOf(issue?.id ?? "")).toMatchObject([
    { kind: "opened", actor: "job:find-drops" },
    {
      kind: "impact",
      actor: "job:find-drops",
      data: { evidence: { drop: { recoveredAt: new Date(FIRST + 3 * DAY).toISOString() } } },
    },
  ]);
}, 120_000);

async function fingerprintOf(project: string): Promise<string> {
  const sql = `
  SELECT DISTINCT fingerprint FROM error_events_v1 WHERE project_id = {project: String} AND error_code = 'E7'`;
  const row = z.object({ fingerprint: z.string() });
  const [error] = await deps.warehouse.query({ name: "fingerprint", sql, params: { project }, row });
  return error?.fingerprint ?? "";
}

test("a fall that the open issue of an error explains is told there, and nowhere else", async () => {
  await plant("linked", [0]);
  const fingerprint = await fingerprintOf("linked");
  const evidence = {
    kind: "error",
    fingerprint,
    code: "E7",
    flow: "transfer",
    rank: 1,
    blockedCustomers: 12,
    blockedTransactions: 12,
    customers: 12,
    npsGap: null,
    negativeShare: null,
    at: now.toISOString(),
  };
  await deps.ledger.db.insert(schema.issues).values({
    projectId: "linked",
    number: 1,
    title: "E7",
    cause: `error:${fingerprint}`,
    state: "analysing",
    severity: "low",
    evidence,
  });
  await lookAfter(0, "linked");
  expect(await issuesOf("linked")).toMatchObject([
    { title: "E7", evidence: { kind: "error", blockedCustomers: 12, drop: { funnel: "Transfer", step: 1 } } },
  ]);
}, 120_000);

test("an ordinary week opens nothing", async () => {
  await plant("calm", []);
  await lookAfter(0, "calm");
  expect(await issuesOf("calm")).toEqual([]);
}, 120_000);

test("what people closed after that day stays closed, and a later fall is another issue", async () => {
  await plant("decided", [0, 2]);
  await lookAfter(0, "decided");
  const closedAt = new Date(FIRST + 2 * DAY);
  await deps.ledger.db
    .update(schema.issues)
    .set({ state: "closed", closeReason: "accepted", closedAt })
    .where(eq(schema.issues.projectId, "decided"));
  await lookAfter(0, "decided");
  expect(await issuesOf("decided")).toHaveLength(1);
  await lookAfter(2, "decided");
  expect((await issuesOf("decided")).map(({ state }) => state).toSorted()).toEqual(["closed", "detected"]);
}, 120_000);
