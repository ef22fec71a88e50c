import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import {
  ensureProject,
  openScheduler,
  type Deps,
  type ErrorGroup,
  type ErrorRanking,
  type FunnelExplanation,
  type FunnelResult,
  type GuidanceRecovery,
  type SavedFunnel,
  type SavedGuidance,
  type SavedSurvey,
  type SurveyResults,
  type TimelineEntry,
  type Verification,
  type VoiceScores,
} from "@voxloop/analytics";
import { openCollector } from "@voxloop/collector";
import { createWriteKey, findWriteKey, openLedger } from "@voxloop/ledger";
import { openWarehouse } from "@voxloop/warehouse";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { openApiClient, type ApiClient } from "./api-client.ts";
import { DAY_MS } from "./calendar.ts";
import { seedDemo, type SeedOptions } from "./seed.ts";
import { createWorld, simulateDay } from "./simulator.ts";
import { BILLER, DEMO, GUIDED, LIMIT_CHECK, NOISE, PASSCODE, SURVEY } from "./truths.ts";

const UNTIL = new Date("2026-05-15T09:30:00.000Z");
const PROJECT = "default";
const RANGE = `from=${new Date(UNTIL.getTime() - DEMO.days * DAY_MS).toISOString()}&to=${UNTIL.toISOString()}`;

let deps: Deps;
let options: SeedOptions;
let api: ApiClient;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const spoolDir = await mkdtemp(join(tmpdir(), "voxloop-demo-"));
  const [warehouse, ledger, scheduler] = await Promise.all([
    openWarehouse({}),
    openLedger({}),
    openScheduler({ log }),
  ]);
  await Promise.all([warehouse.migrate(), ledger.migrate()]);
  const now = () => UNTIL;
  deps = { warehouse, ledger, scheduler, now, log, publicUrl: "http://vox.test", allowPrivateWebhooks: true };
  await ensureProject(ledger, { id: PROJECT, name: "Demo", now: UNTIL });
  const writeKey = await createWriteKey(ledger, { projectId: PROJECT, name: "simulator" });
  const findKey = (key: string) => findWriteKey(ledger, key);
  const collector = await openCollector({
    warehouse,
    findKey,
    spoolDir,
    spoolMaxBytes: 1e9,
    now: () => new Date(UNTIL.getTime() + 1_000),
    log,
  });
  const server = serve({ fetch: collector.app.fetch, port: 0, hostname: "127.0.0.1" });
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const drained = () => collector.drained();
  options = { endpoint, writeKey, projectId: PROJECT, until: UNTIL, drained, log };
  closers.push(
    () => rm(spoolDir, { recursive: true }),
    () => scheduler.stop(),
    () => ledger.close(),
    () => warehouse.close(),
    () => collector.close(),
    () => new Promise((closed) => server.close(closed)),
  );
  await seedWithInterruption();
  api = await openApiClient(deps, { projectId: PROJECT, name: "reader" });
}, 600_000);

afterAll(async () => {
  for (const close of closers.toReversed()) await close();
});

/** Stops on the third day, as a process that is ended, and plays again; the end was declared by the first. */
async function seedWithInterruption(): Promise<void> {
  const stop = new AbortController();
  const onProgress = (progress: string) => progress.startsWith("day 3 ") && stop.abort();
  const first = seedDemo(deps, { ...options, signal: stop.signal, onProgress });
  await expect(first).rejects.toThrow(/abort/i);
  const later = new Date(UNTIL.getTime() + 60_000);
  expect(await seedDemo(deps, { ...options, until: later })).toBe(true);
}

const errorsBy = async (rank: string, range = RANGE) =>
  (await api.get<ErrorRanking>(`/errors?rank=${rank}&${range}`)).items;

const groupOf = (groups: readonly ErrorGroup[], code: string) => {
  const group = groups.find((each) => each.code === code || each.type === code);
  if (group === undefined) throw new Error(`there is no group ${code}`);
  return group;
};

async function verificationOf(code: string) {
  const issue = await api.findIssue(code);
  if (issue === undefined) throw new Error(`there is no issue of ${code}`);
  return { issue, verification: await api.get<Verification>(`/issues/${issue.id}/verification`) };
}

/** What the saved transfer funnel says of those who reached a step and not the next. */
async function explain(step: number) {
  const { items } = await api.get<{ items: SavedFunnel[] }>("/funnels");
  const funnel = items.find(({ name }) => name.includes("Transfer"));
  const query = {
    ...funnel?.definition,
    from: new Date(UNTIL.getTime() - DEMO.days * DAY_MS).toISOString(),
    to: UNTIL.toISOString(),
  };
  const result = await api.send<FunnelResult>("POST", "/funnels/query", query);
  const explanation = await api.send<FunnelExplanation>("POST", "/funnels/explain", { ...query, step });
  return { result, explanation };
}

describe("the play", () => {
  test("stores every simulated event exactly once, although it was interrupted", async () => {
    const world = createWorld({ until: UNTIL });
    let simulated = 0;
    for (let day = 0; day < DEMO.days; day++) simulated += simulateDay(world, day).length;
    const rows = await deps.warehouse.query({
      name: "events",
      sql: "SELECT uniqExact(event_id) AS ids, count() AS events FROM events_v1 FINAL",
      row: z.object({ ids: z.number(), events: z.number() }),
    });
    expect(rows).toEqual([{ ids: simulated, events: simulated }]);
  });

  test("is done once an installation", async () => {
    expect(await seedDemo(deps, options)).toBe(false);
  });

  test("tells its days in the right order", async () => {
    for (const code of [LIMIT_CHECK.code, BILLER.code]) {
      const { issue } = await verificationOf(code);
      const { items } = await api.get<{ items: TimelineEntry[] }>(`/issues/${issue.id}/timeline`);
      const times = items.map((entry) => entry.at);
      expect(times).toEqual(times.toSorted());
      expect(new Date(issue.createdAt).getTime()).toBeLessThan(UNTIL.getTime() - 13 * DAY_MS);
    }
  });
});

describe("truth 1: E1042 blocks the most customers and its fix is effective", () => {
  test("it is first of the Top-50", async () => {
    const [first, second] = await errorsBy("blocked");
    expect(first?.code).toBe(LIMIT_CHECK.code);
    expect(first?.blockedCustomers).toBeGreaterThan(1.15 * (second?.blockedCustomers ?? 0));
  });

  test("its issue was opened by the job, released in 8.0.2 and closed as effective", async () => {
    const { issue, verification } = await verificationOf(LIMIT_CHECK.code);
    expect(issue).toMatchObject({ state: "closed", closeReason: "effective" });
    expect(verification.verdict).toBe(LIMIT_CHECK.verdict);
    expect(verification.latest?.change).toBeLessThan(-0.8);
    expect(verification.latest?.high).toBeLessThan(0);
    expect(verification.looks.length).toBeGreaterThan(1);
  });
});

test("truth 2: the fix of E2210 is not effective, and its issue is open again", async () => {
  const { issue, verification } = await verificationOf(BILLER.code);
  expect(issue).toMatchObject({ state: "analysing", closeReason: null });
  expect(verification.verdict).toBe(BILLER.verdict);
  expect(verification.latest?.low).toBeGreaterThan(BILLER.expectedChange);
});

test("truth 3: the error with most events and customers blocks nobody", async () => {
  const [byEvents] = await errorsBy("events");
  const [byCustomers] = await errorsBy("customers");
  expect(byEvents?.type).toBe(NOISE.type);
  expect(byCustomers?.type).toBe(NOISE.type);
  const blocked = await errorsBy("blocked");
  const noise = groupOf(blocked, NOISE.type);
  expect(noise.blockedCustomers).toBe(0);
  expect(noise.rank).toBeGreaterThan(groupOf(blocked, PASSCODE.code).rank);
});

describe("truth 4: E1077 costs the confirm step", () => {
  test("explain names it first, and the segments it lives in", async () => {
    const { explanation } = await explain(2);
    const { fingerprint } = groupOf(await errorsBy("blocked"), PASSCODE.code);
    expect(explanation.factors[0]).toMatchObject({ kind: "error", key: fingerprint, significant: true });
    const significant = explanation.factors.filter((factor) => factor.significant).map(({ key }) => key);
    expect(significant).toContain("audience=care");
    expect(significant).toContain("channel=wechat");
  });

  test("at the step before it is E1042", async () => {
    const { explanation, result } = await explain(1);
    const { fingerprint } = groupOf(await errorsBy("blocked"), LIMIT_CHECK.code);
    expect(explanation.factors[0]).toMatchObject({ kind: "error", key: fingerprint, significant: true });
    expect(result.steps[0]?.dropped).toBeGreaterThan(result.steps[1]?.dropped ?? 0);
  });
});

describe("truth 6: guidance at E2210 helps customers through", () => {
  test("who is shown it recovers more often than who is held out, beyond doubt", async () => {
    const { items } = await api.get<{ items: SavedGuidance[] }>("/guidance");
    const { total } = await api.get<GuidanceRecovery>(`/guidance/${items[0]?.id}/recovery?${RANGE}`);
    const planted = GUIDED.recovers - GUIDED.recoversAlone;
    expect(total.difference.low).toBeGreaterThan(0);
    expect(total.difference.low).toBeLessThan(planted);
    expect(total.difference.high).toBeGreaterThan(planted);
    expect(total.followed).toBeGreaterThan(total.dismissed);
  });

  test("its survey tells who answered of those who were asked, and the score", async () => {
    const { items } = await api.get<{ items: SavedSurvey[] }>("/surveys");
    const survey = items.find(({ published }) => published?.content.questions[0]?.kind === "nps");
    const { total, languages } = await api.get<SurveyResults>(`/surveys/${survey?.id}/results?${RANGE}`);
    expect(total.responseRate.share).toBeGreaterThan(SURVEY.responseRate);
    expect(total.questions[0]).toMatchObject({ id: SURVEY.question, nps: { tooFew: false } });
    expect(languages.map(({ language }) => language)).toEqual(["zh-CN", "en"]);
  });
});

describe("truth 5: who met E1042 scores lower and says why", () => {
  test("the NPS gap is negative beyond doubt", async () => {
    const { scores, negativeShare } = groupOf(await errorsBy("blocked"), LIMIT_CHECK.code);
    expect(scores.tooFew).toBe(false);
    expect(scores.gap).toBeLessThan(-30);
    expect(scores.high).toBeLessThan(0);
    expect(negativeShare).toBeGreaterThan(0.6);
  });

  test("negative comments are found in both languages", async () => {
    const { byLanguage } = await api.get<VoiceScores>(`/voices/scores?${RANGE}`);
    const languages = Object.fromEntries(byLanguage.map((each) => [each.language, each.sentiment.negative]));
    expect(languages["zh"]).toBeGreaterThan(50);
    expect(languages["en"]).toBeGreaterThan(20);
  });
});
