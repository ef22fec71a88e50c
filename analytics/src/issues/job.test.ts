import { schema } from "@voxloop/ledger";
import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openTestDeps } from "../http/test-app.fixture.ts";
import { playHistory, type History } from "./history.fixture.ts";
import type { Issue, Verification } from "./issue.ts";
import { verifyIssuesJob } from "./job.ts";
import { openIssue } from "./open.ts";
import { listTimeline, readVerification } from "./store.ts";
import { transitionIssue } from "./transition.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START = new Date("2026-05-04T00:00:00.000Z");
/** Histories have 14 days before the release and 14 after it. */
const RELEASE_DAY = 14;
const RELEASED = new Date(START.getTime() + RELEASE_DAY * DAY_MS);

let deps: Awaited<ReturnType<typeof openTestDeps>>;
let clock = RELEASED;
beforeAll(async () => {
  deps = await openTestDeps(RELEASED);
  deps.now = () => clock;
});
afterAll(() => deps.close());
/** So that a run looks at the issues of its own test only. */
afterEach(() => deps.ledger.db.update(schema.verifications).set({ endedAt: clock }));

/** Before/after: everybody is on 8.0.1 and then on 8.0.2. */
const overNight: History["release"] = (_, day) => (day < RELEASE_DAY ? "8.0.1" : "8.0.2");

const thenNobody: History["release"] = (_, day) => (day < RELEASE_DAY ? "8.0.1" : undefined);

async function play(of: Partial<History> & { project: string }): Promise<string> {
  await deps.ledger.db.insert(schema.projects).values({ id: of.project, name: of.project });
  return playHistory(deps.warehouse, {
    start: START,
    days: 28,
    customersPerDay: 400,
    pool: 4_000,
    release: overNight,
    blockedRate: () => 0.1,
    ...of,
  });
}

/** An issue that was released in 8.0.2 on the release day. */
async function released(project: string, fingerprint: string, plan = {}): Promise<Issue> {
  clock = RELEASED;
  const evidence = {
    kind: "error" as const,
    fingerprint,
    code: "E1042",
    flow: "transfer",
    rank: 1,
    blockedCustomers: 40,
    blockedTransactions: 40,
    customers: 40,
    npsGap: null,
    negativeShare: null,
    at: clock.toISOString(),
  };
  const cause = `error:${fingerprint}`;
  const { issueId } = await openIssue(deps, {
    projectId: project,
    cause,
    title: "E1042",
    flow: "transfer",
    evidence,
  });
  let version = 1;
  const move = async (command: object) =>
    transitionIssue(deps, {
      projectId: project,
      id: issueId,
      actor: "pm@bank.test",
      command: { version: version++, ...command } as never,
    });
  await move({ to: "analysing" });
  await move({ to: "decided" });
  return move({ to: "released", release: { version: "8.0.2" }, plan });
}

/** Runs the job every so many hours until the verification ends or the days are over. */
async function watch(issue: Issue, { project, days = 15, everyHours = 12 }: Watch): Promise<Verification> {
  for (let hours = everyHours; hours <= days * 24; hours += everyHours) {
    clock = new Date(RELEASED.getTime() + hours * HOUR_MS);
    await verifyIssuesJob.run(deps);
    const verification = await verificationOf(issue, project);
    if (verification.endedAt !== null) return verification;
  }
  return verificationOf(issue, project);
}
interface Watch {
  project: string;
  days?: number;
  everyHours?: number;
}
const verificationOf = (issue: Issue, project: string) =>
  readVerification(deps.ledger, { projectId: project, id: issue.id });
const rowOf = async (issue: Issue) =>
  (await deps.ledger.db.select().from(schema.issues).where(eq(schema.issues.id, issue.id)))[0]!;
const timelineOf = async (issue: Issue, project: string) =>
  (await listTimeline(deps.ledger, { projectId: project, id: issue.id, limit: 100 })).items;

test("a halved rate becomes effective and closes the issue, telling timeline and webhooks once", async () => {
  const project = "halved";
  const fingerprint = await play({ project, blockedRate: (_, day) => (day < RELEASE_DAY ? 0.1 : 0.05) });
  const issue = await released(project, fingerprint);
  const verification = await watch(issue, { project });
  const { latest } = verification;
  expect(verification.verdict).toBe("effective");
  expect(latest).toMatchObject({ design: "before_after", control: null, daysNeeded: null });
  expect(latest?.high).toBeLessThan(0);
  expect(latest?.change).toBeGreaterThan(-0.7);
  expect(latest?.reason).toMatch(
    /changed by −\d+ % \(95 % interval −\d+ % to −\d+ %\), in line with the declared −50 %/,
  );
  expect(await rowOf(issue)).toMatchObject({
    state: "closed",
    closeReason: "effective",
    closedAt: clock,
    version: 6,
  });
  const entries = await timelineOf(issue, project);
  expect(entries.slice(-2)).toMatchObject([
    { kind: "transition", actor: "job:verify-issues", data: { from: "released", to: "verifying" } },
    { kind: "verdict", data: { from: "verifying", to: "closed", verdict: "effective" } },
  ]);
  await verifyIssuesJob.run(deps);
  expect(await timelineOf(issue, project)).toEqual(entries);
  const messages = await deps.ledger.db
    .select()
    .from(schema.outbox)
    .where(eq(schema.outbox.projectId, project));
  expect(messages.map((message) => message.type).filter((type) => type === "issue.verdict")).toHaveLength(1);
});

test("an unchanged rate becomes not effective and takes the issue back to analysing", async () => {
  const project = "unchanged";
  const issue = await released(project, await play({ project }));
  const verification = await watch(issue, { project });
  expect(verification.verdict).toBe("not_effective");
  expect(verification.latest?.low).toBeGreaterThan(-0.5);
  expect(verification.latest?.reason).toMatch(/rules out the declared −50 %/);
  expect(await rowOf(issue)).toMatchObject({ state: "analysing", closeReason: null, closedAt: null });
});

test("an improvement smaller than declared is not effective", async () => {
  const project = "smaller";
  const fingerprint = await play({
    project,
    customersPerDay: 1_500,
    pool: 20_000,
    blockedRate: (_, day) => (day < RELEASE_DAY ? 0.2 : 0.16),
  });
  const issue = await released(project, fingerprint);
  expect((await watch(issue, { project, everyHours: 24 })).verdict).toBe("not_effective");
});

test("no traffic on the fixed release is no fix", async () => {
  const project = "quiet";
  const issue = await released(project, await play({ project, release: thenNobody }));
  clock = new Date(RELEASED.getTime() + 5 * DAY_MS);
  await verifyIssuesJob.run(deps);
  const verification = await verificationOf(issue, project);
  expect(verification).toMatchObject({ verdict: "no_traffic", endedAt: null });
  expect(verification.latest?.reason).toBe(
    "No customer has used transfer on 8.0.2 or later, far fewer than before; quiet is not fixed.",
  );
  expect((await rowOf(issue)).state).toBe("verifying");
});

test("far fewer customers than before is no traffic, even when none of them is blocked", async () => {
  const project = "nearly-quiet";
  const fingerprint = await play({
    project,
    release: (customer, day) => (day < RELEASE_DAY ? "8.0.1" : customer % 20 === 0 ? "8.0.2" : undefined),
    blockedRate: (_, day) => (day < RELEASE_DAY ? 0.1 : 0),
  });
  const issue = await released(project, fingerprint);
  expect((await watch(issue, { project, days: 6, everyHours: 24 })).verdict).toBe("no_traffic");
});

test("tiny traffic stays inconclusive, says how many days it needs, and ends with the window", async () => {
  const project = "tiny";
  const fingerprint = await play({
    project,
    customersPerDay: 12,
    pool: 200,
    blockedRate: (_, day) => (day < RELEASE_DAY ? 0.1 : 0.05),
  });
  const issue = await released(project, fingerprint);
  const early = await watch(issue, { project, days: 5 });
  expect(early).toMatchObject({ verdict: "inconclusive", endedAt: null });
  expect(early.latest?.daysNeeded).toBeGreaterThan(14);
  expect(early.latest?.reason).toContain(
    `About ${early.latest?.daysNeeded} more days at the present traffic.`,
  );
  const late = await watch(issue, { project });
  expect(late).toMatchObject({ verdict: "inconclusive", latest: { daysNeeded: null } });
  expect(late.latest?.reason).toContain("The 14 declared days are over without a decision.");
  expect((await rowOf(issue)).state).toBe("verifying");
  expect((await timelineOf(issue, project)).at(-1)).toMatchObject({
    kind: "verdict",
    data: { from: "verifying", to: "verifying", verdict: "inconclusive" },
  });
});

/** Half the customers take 8.0.2, a little more every day. */
const rollout: History["release"] = (customer, day) =>
  day >= RELEASE_DAY && customer % 20 < day - RELEASE_DAY + 4 ? "8.0.2" : "8.0.1";
const season = (day: number) => (day < RELEASE_DAY ? 0.2 : 0.09);

test("where releases overlap, a rate that fell for all is not credited to the fix", async () => {
  const project = "season";
  const fingerprint = await play({
    project,
    customersPerDay: 1_000,
    release: rollout,
    blockedRate: (_, day) => season(day),
  });
  const issue = await released(project, fingerprint);
  const verification = await watch(issue, { project, everyHours: 24 });
  expect(verification.latest).toMatchObject({ design: "difference_in_differences" });
  expect(verification.latest?.control?.customers).toBeGreaterThan(100);
  expect(verification.latest?.controlBefore?.rate).toBeGreaterThan(verification.latest?.control?.rate ?? 1);
  expect(verification.verdict).toBe("not_effective");
});

test("where releases overlap, a fix is told from the season", async () => {
  const project = "season-and-fix";
  const fingerprint = await play({
    project,
    customersPerDay: 1_500,
    pool: 8_000,
    release: rollout,
    blockedRate: (_, day, release) => season(day) * (release === "8.0.2" ? 0.3 : 1),
  });
  const issue = await released(project, fingerprint);
  const verification = await watch(issue, { project, everyHours: 24 });
  expect(verification.latest).toMatchObject({ design: "difference_in_differences" });
  expect(verification.verdict).toBe("effective");
});

/** Customers who never come a second time, as an app without sign-in has them. */
const strangers = { pool: 1_000_000, customersPerDay: 600, release: rollout };

test("a fix among customers who cannot be followed back needs before/after and side by side to agree", async () => {
  const project = "strangers";
  const issue = await released(
    project,
    await play({
      project,
      ...strangers,
      blockedRate: (_, day, release) => season(day) * (release === "8.0.2" ? 0.2 : 1),
    }),
  );
  const verification = await watch(issue, { project, everyHours: 24 });
  expect(verification).toMatchObject({
    verdict: "effective",
    latest: { design: "before_after", controlBefore: null },
  });
  expect(verification.latest?.control?.rate).toBeGreaterThan(verification.latest?.after.rate ?? 1);
});

test("a season among customers who cannot be followed back is no fix", async () => {
  const project = "strangers-in-season";
  const issue = await released(
    project,
    await play({ project, ...strangers, blockedRate: (_, day) => season(day) }),
  );
  expect((await watch(issue, { project, everyHours: 24 })).verdict).not.toBe("effective");
});

test("a young app is compared with the hours it has had", async () => {
  const project = "young";
  const issue = await released(
    project,
    await play({
      project,
      days: 17,
      release: (customer, day) => (day < RELEASE_DAY - 2 ? undefined : overNight(customer, day)),
      blockedRate: (_, day) => (day < RELEASE_DAY ? 0.2 : 0.02),
    }),
  );
  const verification = await watch(issue, { project, days: 3, everyHours: 6 });
  expect(verification.verdict).toBe("effective");
  expect(verification.latest?.before.customers).toBeGreaterThan(100);
});

test("what an effective fix left over is no regression, but a rate that rises above it is", async () => {
  const project = "relapse";
  const fingerprint = await play({
    project,
    days: 40,
    customersPerDay: 600,
    blockedRate: (_, day) => (day < RELEASE_DAY ? 0.2 : day < 30 ? 0.04 : 0.2),
  });
  const issue = await released(project, fingerprint);
  expect((await watch(issue, { project })).verdict).toBe("effective");
  const openAgainOn = async (day: number) => {
    clock = new Date(START.getTime() + day * DAY_MS);
    const cause = `error:${fingerprint}`;
    const { evidence, title, flow } = issue;
    return openIssue(deps, { projectId: project, cause, title, flow, evidence });
  };
  for (const day of [16, 18, 20, 22, 24, 26, 28, 30]) {
    expect(await openAgainOn(day)).toEqual({ issueId: issue.id, opened: false, regressed: false });
  }
  expect(await openAgainOn(34)).toEqual({ issueId: issue.id, opened: true, regressed: true });
  const entry = (await timelineOf(issue, project)).at(-1);
  const reason =
    /^Fixed in 8\.0\.2, .* in 8\.0\.2 in production .*: \d+\.\d % of customers are blocked, \d\.\d % were when it was closed$/;
  expect(entry?.data).toMatchObject({
    reason: "regressed",
    regression: { reason: expect.stringMatching(reason) },
  });
});

test("a job that runs twice at a time looks once", async () => {
  const project = "twice";
  const issue = await released(project, await play({ project, days: 16 }));
  clock = new Date(RELEASED.getTime() + HOUR_MS);
  await Promise.all([verifyIssuesJob.run(deps), verifyIssuesJob.run(deps), verifyIssuesJob.run(deps)]);
  await verifyIssuesJob.run(deps);
  expect((await verificationOf(issue, project)).looks).toHaveLength(1);
  expect((await rowOf(issue)).version).toBe(5);
});

test("looks come every minute at first and every hour from the first day on", async () => {
  const project = "rhythm";
  const issue = await released(project, await play({ project, days: 15, customersPerDay: 10 }));
  const looksAfter = async (minutes: number) => {
    clock = new Date(RELEASED.getTime() + minutes * 60_000);
    await verifyIssuesJob.run(deps);
    return (await verificationOf(issue, project)).looks.length;
  };
  expect([await looksAfter(1), await looksAfter(2), await looksAfter(3)]).toEqual([1, 2, 3]);
  expect([await looksAfter(1440), await looksAfter(1470), await looksAfter(1500)]).toEqual([4, 4, 5]);
});

test("an issue that was taken back is not looked at any more", async () => {
  const project = "taken-back";
  const issue = await released(project, await play({ project, days: 15 }));
  const command = { version: issue.version, to: "analysing" as const };
  await transitionIssue(deps, { projectId: project, id: issue.id, actor: "pm@bank.test", command });
  clock = new Date(RELEASED.getTime() + DAY_MS);
  await verifyIssuesJob.run(deps);
  expect((await verificationOf(issue, project)).looks).toEqual([]);
  expect((await rowOf(issue)).state).toBe("analysing");
});
