import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApi, ensureBootstrapToken, jobs, openScheduler, type Deps } from "@voxloop/analytics";
import { openCollector, type Collector } from "@voxloop/collector";
import { openLedger, schema } from "@voxloop/ledger";
import { openWarehouse } from "@voxloop/warehouse";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TOKEN } from "./voxloop-process.ts";

const HOUR = 3_600_000;
const NOW = new Date();
const SENT_AT = NOW.getTime() - 30 * HOUR;
const log = { debug() {}, info() {}, warn() {}, error() {} };

let deps: Deps;
let api: ReturnType<typeof createApi>;
const folders: string[] = [];
const closers: (() => Promise<void>)[] = [];

/** A collector with a spool of its own and its own clock; a key is its project's name. */
async function openOne(clock: { at: number }): Promise<Collector> {
  const folder = await mkdtemp(join(tmpdir(), "voxloop-once-"));
  folders.push(folder);
  const none = { eventsPerSecond: null, eventsPerDay: null };
  const collector = await openCollector({
    warehouse: deps.warehouse,
    findKey: async (key) => ({
      keyId: key,
      projectId: key,
      allowedOrigins: [],
      environments: [],
      limits: { key: none, project: none },
      expiresAt: null,
    }),
    spoolDir: folder,
    spoolMaxBytes: 64 * 1024 * 1024,
    now: () => new Date(clock.at),
    log,
  });
  closers.push(() => collector.close());
  return collector;
}

type Attributes = Record<string, string | number>;
let uid = 0;

/** A record as an SDK sends it; without a time of its own it happened when it was received. */
function record(eventName: string, at: number | undefined, attributes: Attributes): object {
  const all = { ...attributes, "log.record.uid": `uid-${(uid += 1)}` };
  return {
    eventName,
    ...(at === undefined ? {} : { timeUnixNano: `${at}000000` }),
    attributes: Object.entries(all).map(([key, value]) => ({
      key,
      value: typeof value === "number" ? { intValue: value } : { stringValue: value },
    })),
  };
}

/** Customers who fail, some of whom make it, some of whom say how they found it. */
function traffic(hasTimes: boolean): object[] {
  const at = (offset: number) => (hasTimes ? SENT_AT - HOUR + offset : undefined);
  return Array.from({ length: 12 }, (_, index) => {
    const who = { "user.id": `user-${hasTimes}-${index}`, "session.id": `session-${hasTimes}-${index}` };
    const flow = { ...who, "vox.flow": "transfer", "vox.transaction.id": `t-${hasTimes}-${index}` };
    return [
      record("vox.screen.viewed", at(0), { ...who, "app.screen.name": "home" }),
      record("vox.transaction", at(1_000), { ...flow, "vox.outcome": "started" }),
      record("vox.transaction", at(2_000), { ...flow, "vox.outcome": "failed", "vox.error.code": "E1042" }),
      // Without times it is at the failure's own millisecond, and again whenever it is sent again.
      ...(hasTimes && index % 3 === 0
        ? [record("vox.transaction", at(3_000), { ...flow, "vox.outcome": "succeeded" })]
        : []),
      record("vox.survey.answered", at(4_000), {
        ...who,
        "vox.survey.id": "s",
        "vox.survey.kind": "nps",
        "vox.score": index % 11,
        "vox.comment": "too slow",
      }),
    ];
  }).flat();
}

async function send(collector: Collector, project: string, records: object[]): Promise<void> {
  const answer = await collector.app.request("/v1/logs", {
    method: "POST",
    body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: records }] }] }),
    headers: { "content-type": "application/json", "x-voxloop-key": project },
  });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({});
  await collector.drained();
}

async function ask(path: string, body?: object): Promise<Record<string, unknown>> {
  const answer = await api.request(`/api/v1/projects/${path}`, {
    ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
  });
  expect(answer.status, await answer.clone().text()).toBeLessThan(300);
  return (await answer.json()) as Record<string, unknown>;
}

beforeAll(async () => {
  const [warehouse, ledger, scheduler] = await Promise.all([
    openWarehouse({}),
    openLedger({}),
    openScheduler({ log }),
  ]);
  closers.push(
    () => warehouse.close(),
    () => ledger.close(),
    () => scheduler.stop(),
  );
  await Promise.all([warehouse.migrate(), ledger.migrate()]);
  await ensureBootstrapToken(ledger, TOKEN);
  deps = {
    warehouse,
    ledger,
    scheduler,
    now: () => NOW,
    log,
    publicUrl: "http://vox.test",
    allowPrivateWebhooks: true,
  };
  api = createApi(deps);
  const projects = ["timed-once", "timed-again", "untimed-once", "untimed-again"];
  await ledger.db.insert(schema.projects).values(projects.map((id) => ({ id, name: id })));
  const [timed, untimed] = [traffic(true), traffic(false)];
  const clock = { at: SENT_AT };
  const [first, second] = [await openOne(clock), await openOne(clock)];
  for (const [name, records] of [
    ["timed", timed],
    ["untimed", untimed],
  ] as const) {
    clock.at = SENT_AT;
    await send(first, `${name}-once`, records);
    await send(first, `${name}-again`, records);
    // The same records again: to another collector, and a day later.
    clock.at = SENT_AT + 5_000;
    await send(second, `${name}-again`, records);
    clock.at = SENT_AT + 24 * HOUR;
    await send(second, `${name}-again`, records.slice(0, 20));
    await send(first, `${name}-again`, records);
  }
  await jobs.find(({ id }) => id === "score-voices")?.run(deps);
}, 120_000);
afterAll(async () => {
  for (const close of closers.toReversed()) await close();
  for (const folder of folders) await rm(folder, { recursive: true });
});

const [from, to] = [new Date(NOW.getTime() - 72 * HOUR).toISOString(), NOW.toISOString()];
const range = `from=${from}&to=${to}`;

/** Everything the reports say of a project but for what is a name or a moment of its own. */
async function reports(project: string) {
  const ranking = await ask(`${project}/errors?${range}`);
  const [top] = ranking["items"] as { fingerprint: string }[];
  const detail = await ask(`${project}/errors/${top?.fingerprint}?${range}`);
  const steps = ["vox.screen.viewed", "vox.transaction", "vox.survey.answered"].map((event) => ({ event }));
  const funnel = await ask(`${project}/funnels/query`, {
    steps,
    windowSeconds: 3_600,
    unit: "customer",
    from,
    to,
  });
  const overview = await ask(`${project}/overview?${range}`);
  const scores = await ask(`${project}/voices/scores?${range}`);
  const voices = await ask(`${project}/voices?${range}&limit=100`);
  const issues = (await ask(`${project}/issues`))["items"] as { id: string; evidence: object }[];
  const opened =
    issues[0] ?? ((await ask(`${project}/issues`, { fingerprint: top?.fingerprint })) as { id: string });
  const customers = await ask(`${project}/issues/${opened.id}/customers`);
  return {
    ranking: ranking["items"],
    detail,
    funnel,
    overview,
    scores,
    voices: (voices["items"] as object[]).length,
    customers: (customers["items"] as { customerId: string }[])
      .map(({ customerId }) => customerId)
      .toSorted(),
  };
}

test("events that are sent again, elsewhere and a day later, change no report", async () => {
  const once = await reports("timed-once");
  const again = await reports("timed-again");
  expect(again).toEqual(once);
  expect(once.voices).toBe(12);
  expect(once.customers).toHaveLength(8);
});

/** Moments, and what is drawn over them: an event without a time of its own happened whenever it was received. */
const MOMENTS = new Set(["time", "lastSeen", "issueId", "sparkline", "series", "samples", "trend"]);

function withoutMoments(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner: unknown) => (MOMENTS.has(key) ? undefined : inner)));
}

test("events without a time of their own are counted once too", async () => {
  const [once, again] = [await reports("untimed-once"), await reports("untimed-again")];
  expect(withoutMoments(again)).toEqual(withoutMoments(once));
  expect(again.voices).toBe(12);
});
