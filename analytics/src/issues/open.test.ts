import { openLedger, schema, type Ledger } from "@voxloop/ledger";
import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Deps } from "../deps.ts";
import { followMergesJob } from "./follow-merges.ts";
import { isMaterial } from "./impact.ts";
import type { IssueEvidence } from "./issue.ts";
import { openIssue } from "./open.ts";

let ledger: Ledger;
let warehouse: Warehouse;
let deps: Deps;
let woken: string[] = [];
let clock = new Date("2026-05-10T10:00:00.000Z");
let fingerprint = "";

beforeAll(async () => {
  [ledger, warehouse] = await Promise.all([openLedger({}), openWarehouse({})]);
  await Promise.all([ledger.migrate(), warehouse.migrate()]);
  await ledger.db.insert(schema.projects).values([
    { id: "bank", name: "Bank" },
    { id: "shop", name: "Shop" },
  ]);
  deps = {
    ledger,
    warehouse,
    scheduler: { enqueue: async (task: string) => void woken.push(task) } as unknown as Deps["scheduler"],
    now: () => clock,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    publicUrl: "http://vox.test",
    allowPrivateWebhooks: true,
  };
});
afterAll(() => Promise.all([ledger.close(), warehouse.close()]));
beforeEach(() => {
  woken = [];
  fingerprint = `f${Math.random()}`;
  clock = new Date("2026-05-10T10:00:00.000Z");
});

const evidence = (blockedCustomers: number): IssueEvidence => ({
  kind: "error",
  fingerprint,
  code: "E1042",
  flow: "transfer",
  rank: 1,
  blockedCustomers,
  blockedTransactions: blockedCustomers,
  customers: blockedCustomers,
  npsGap: null,
  negativeShare: null,
  at: clock.toISOString(),
});
const newIssue = (blocked = 12, projectId = "bank") => ({
  projectId,
  cause: `error:${fingerprint}`,
  title: "Transfer fails",
  flow: "transfer",
  evidence: evidence(blocked),
});
const rowOf = async (id: string) =>
  (await ledger.db.select().from(schema.issues).where(eq(schema.issues.id, id)))[0]!;
const timelineOf = (id: string) =>
  ledger.db
    .select()
    .from(schema.issueTimeline)
    .where(eq(schema.issueTimeline.issueId, id))
    .orderBy(schema.issueTimeline.id);

async function closeAs(id: string, closeReason: string): Promise<void> {
  const release = { version: "8.0.2", service: "app", environment: "production", releasedAt: clock };
  await ledger.db
    .update(schema.issues)
    .set({ state: "closed", closeReason, closedAt: clock, release })
    .where(eq(schema.issues.id, id));
}

async function errorEvent(event: { version: string; environment?: string; at?: string; service?: string }) {
  await warehouse.insert("error_events_v1", [
    {
      project_id: "bank",
      time: event.at ?? "2026-05-10T11:00:00.000Z",
      fingerprint,
      customer_id: "c1",
      service_name: event.service ?? "app",
      service_version: event.version,
      flow: "transfer",
      environment: event.environment ?? "production",
      event_id: String(Math.random()),
    },
  ]);
}

test("a new issue has a number, a due date by severity, a timeline entry and a message to send", async () => {
  const { issueId, opened } = await openIssue(deps, newIssue());
  expect(opened).toBe(true);
  const row = await rowOf(issueId);
  expect(row).toMatchObject({ state: "detected", severity: "medium", version: 1 });
  expect(row.dueAt?.toISOString()).toBe("2026-05-20T10:00:00.000Z");
  expect(await timelineOf(issueId)).toMatchObject([{ kind: "opened", actor: "job:open-error-issues" }]);
  const messages = await ledger.db.select().from(schema.outbox);
  const message = messages.find((each) => JSON.stringify(each.body).includes(issueId));
  expect(message).toMatchObject({ type: "issue.opened", body: { data: { issue: { id: issueId } } } });
  expect(woken).toEqual(["deliver-webhooks"]);
});

test("numbers count from 1 within each project, without gaps, when many are opened at a time", async () => {
  await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      openIssue(deps, { ...newIssue(3, "shop"), cause: `error:${index}` }),
    ),
  );
  const rows = await ledger.db.select().from(schema.issues).where(eq(schema.issues.projectId, "shop"));
  expect(rows.map((row) => row.number).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test("workers that race for one cause open one issue", async () => {
  const results = await Promise.all([1, 2, 3, 4].map(() => openIssue(deps, newIssue())));
  expect(new Set(results.map((result) => result.issueId)).size).toBe(1);
  expect(results.filter((result) => result.opened)).toHaveLength(1);
  expect(woken).toHaveLength(1);
});

test("an open issue takes the new impact without a new version, and tells only a material change", async () => {
  const { issueId } = await openIssue(deps, newIssue(12));
  await openIssue(deps, newIssue(13));
  expect((await rowOf(issueId)).evidence).toMatchObject({ blockedCustomers: 13 });
  expect(await timelineOf(issueId)).toHaveLength(1);
  await openIssue(deps, newIssue(18));
  const row = await rowOf(issueId);
  expect(row).toMatchObject({ version: 1, evidence: { blockedCustomers: 18 } });
  expect(await timelineOf(issueId)).toMatchObject([
    { kind: "opened" },
    { kind: "impact", data: { from: 12 } },
  ]);
});

test("a change is material from a half and from three customers on", () => {
  expect(isMaterial(12, 17)).toBe(false);
  expect(isMaterial(12, 18)).toBe(true);
  expect(isMaterial(12, 9)).toBe(false);
  expect(isMaterial(12, 8)).toBe(true);
  expect(isMaterial(0, 2)).toBe(false);
});

test.each(["wont_fix", "duplicate", "accepted"])("a cause closed as %s stays closed", async (reason) => {
  const { issueId } = await openIssue(deps, newIssue());
  await closeAs(issueId, reason);
  await errorEvent({ version: "8.0.2" });
  expect(await openIssue(deps, newIssue())).toEqual({ issueId, opened: false, regressed: false });
  const again = await openIssue(deps, { ...newIssue(), evenIfClosed: true });
  expect(again.opened).toBe(true);
  expect(again.issueId).not.toBe(issueId);
});

test("a fixed cause stays closed on old builds, other environments, other services and events before it was closed", async () => {
  const { issueId } = await openIssue(deps, newIssue());
  await closeAs(issueId, "effective");
  await errorEvent({ version: "8.0.1" });
  await errorEvent({ version: "" });
  await errorEvent({ version: "8.0.2", environment: "uat" });
  await errorEvent({ version: "8.0.2", service: "web" });
  await errorEvent({ version: "8.0.2", at: "2026-05-10T09:59:00.000Z" });
  expect(await openIssue(deps, newIssue())).toEqual({ issueId, opened: false, regressed: false });
  expect((await rowOf(issueId)).state).toBe("closed");
});

test("a fixed cause opens again on an event of the fixed release or later, naming both versions", async () => {
  const { issueId } = await openIssue(deps, newIssue());
  await closeAs(issueId, "effective");
  await errorEvent({ version: "8.1.0" });
  clock = new Date("2026-05-10T12:00:00.000Z");
  const results = await Promise.all([openIssue(deps, newIssue()), openIssue(deps, newIssue())]);
  expect(results.filter((result) => result.regressed)).toHaveLength(1);
  const row = await rowOf(issueId);
  expect(row).toMatchObject({ state: "analysing", closeReason: null, closedAt: null, version: 2 });
  const entry = (await timelineOf(issueId)).at(-1);
  expect(entry).toMatchObject({ kind: "transition", data: { from: "closed", to: "analysing" } });
  const reason = "Fixed in 8.0.2, and seen again in 8.1.0 in production at 2026-05-10T11:00:00.000Z";
  expect(entry?.data).toMatchObject({ reason: "regressed", regression: { reason } });
});

async function mergeInto(group: string): Promise<void> {
  const decided = { updatedAt: clock, updatedBy: "pm@bank.test" };
  await ledger.db
    .insert(schema.errorGroups)
    .values({ projectId: "bank", fingerprint, mergedInto: group, ...decided });
  const alias = { project_id: "bank", fingerprint, group_fingerprint: group, revision: 1 };
  await warehouse.insert("group_aliases_v1", [alias]);
}

test("the issue of a merged group goes on as that of the group it is part of now", async () => {
  const { issueId } = await openIssue(deps, newIssue());
  const group = `g${Math.random()}`;
  await mergeInto(group);
  await followMergesJob.run(deps);
  await followMergesJob.run(deps);
  expect(await rowOf(issueId)).toMatchObject({
    cause: `error:${group}`,
    state: "detected",
    evidence: { fingerprint: group, blockedCustomers: 12 },
  });
  expect((await timelineOf(issueId)).map(({ kind, actor }) => [kind, actor])).toEqual([
    ["opened", "job:open-error-issues"],
    ["changed", "job:follow-merges"],
  ]);
});

test("an issue that was closed as fixed follows as well, unless the group has one, and opens again there", async () => {
  const { issueId } = await openIssue(deps, newIssue());
  await closeAs(issueId, "effective");
  const group = `g${Math.random()}`;
  await mergeInto(group);
  await followMergesJob.run(deps);
  expect(await rowOf(issueId)).toMatchObject({ cause: `error:${group}`, state: "closed" });
  await errorEvent({ version: "8.1.0" });
  clock = new Date("2026-05-10T12:00:00.000Z");
  const merged = {
    ...newIssue(),
    cause: `error:${group}`,
    evidence: { ...evidence(12), fingerprint: group },
  };
  expect(await openIssue(deps, merged)).toEqual({ issueId, opened: true, regressed: true });
});

test("an issue that was closed as fixed stays where the group has one of its own", async () => {
  const { issueId } = await openIssue(deps, newIssue());
  await closeAs(issueId, "effective");
  const { cause } = await rowOf(issueId);
  const group = `g${Math.random()}`;
  await openIssue(deps, { ...newIssue(), cause: `error:${group}` });
  await mergeInto(group);
  await followMergesJob.run(deps);
  expect(await rowOf(issueId)).toMatchObject({ cause, state: "closed" });
});

test("where both groups have an open issue, that of the merged one closes as a duplicate and its verification ends", async () => {
  const { issueId } = await openIssue(deps, newIssue());
  const group = `g${Math.random()}`;
  const other = await openIssue(deps, { ...newIssue(), cause: `error:${group}` });
  const plan = { metric: "blocked_rate", expectedChange: -0.5, windowDays: 14, unit: "customer" };
  await ledger.db.insert(schema.verifications).values({ issueId, plan, startedAt: clock });
  await mergeInto(group);
  await followMergesJob.run(deps);
  expect(await rowOf(issueId)).toMatchObject({ state: "closed", closeReason: "duplicate" });
  expect(await rowOf(other.issueId)).toMatchObject({ state: "detected" });
  const { number } = await rowOf(other.issueId);
  expect((await timelineOf(issueId)).at(-1)?.data).toMatchObject({ duplicateOf: number });
  const [verification] = await ledger.db
    .select()
    .from(schema.verifications)
    .where(eq(schema.verifications.issueId, issueId));
  expect(verification?.endedAt).toEqual(clock);
});
