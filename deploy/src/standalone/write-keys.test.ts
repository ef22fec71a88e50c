import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApi, ensureBootstrapToken, ensureProject, openScheduler } from "@voxloop/analytics";
import { openCollector, type Collector } from "@voxloop/collector";
import { findPublishedConfig, findWriteKey, openLedger, type Ledger } from "@voxloop/ledger";
import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";

const TOKEN = "vxl_adminOfTheWriteKeysTest0123456";
const log = { debug() {}, info() {}, warn() {}, error() {} };

let time = Date.parse("2026-03-01T12:00:00Z");
const now = () => new Date(time);
let isLedgerAway = false;
let warehouse: Warehouse;
let ledger: Ledger;
let api: ReturnType<typeof createApi>;
let collector: Collector;
let spoolDir: string;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const [scheduler, opened] = await Promise.all([openScheduler({ log }), openLedger({})]);
  ledger = opened;
  warehouse = await openWarehouse({});
  await Promise.all([warehouse.migrate(), ledger.migrate()]);
  await ensureBootstrapToken(ledger, TOKEN);
  const deps = { warehouse, ledger, scheduler, now, log };
  api = createApi({ ...deps, publicUrl: "http://vox.test", allowPrivateWebhooks: true });
  closers.push(
    () => scheduler.stop(),
    () => ledger.close(),
    () => warehouse.close(),
  );
});
afterAll(async () => {
  for (const close of closers) await close();
});

let project = 0;
beforeEach(async () => {
  project += 1;
  isLedgerAway = false;
  spoolDir = await mkdtemp(join(tmpdir(), "voxloop-keys-"));
  await ensureProject(ledger, { id: `p${project}`, name: "Bank", now: now() });
  await startCollector();
});
afterEach(async () => {
  await collector.close();
  await rm(spoolDir, { recursive: true });
});

async function findKey(key: string) {
  if (isLedgerAway) throw new Error("connection refused");
  return findWriteKey(ledger, key);
}

async function findConfig(projectId: string) {
  if (isLedgerAway) throw new Error("connection refused");
  return findPublishedConfig(ledger, projectId);
}

async function startCollector(spoolMaxBytes = 1e8): Promise<void> {
  collector = await openCollector({ warehouse, findKey, findConfig, spoolDir, spoolMaxBytes, now, log });
}

/** Asks the api for something of the test's project. */
async function ask(method: string, path: string, body?: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
  const answer = await api.request(`/api/v1/projects/p${project}${path}`, init);
  expect(answer.ok).toBe(true);
  return answer.status === 204 ? undefined : answer.json();
}

const createdKey = z.object({ id: z.string(), key: z.string() });
const createKey = async (of: object = {}) =>
  createdKey.parse(await ask("POST", "/keys", { name: "app", ...of }));

/** Sends so many events with a key, from environments in turn. */
function send(
  key: string,
  events = 1,
  { environments = [""], headers = {} }: { environments?: string[]; headers?: Record<string, string> } = {},
): Promise<Response> {
  const logRecords = Array.from({ length: events }, (_, index) => ({
    eventName: "sent",
    attributes: [
      {
        key: "deployment.environment.name",
        value: { stringValue: environments[index % environments.length] },
      },
    ],
  }));
  const body = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
  const all = { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers };
  return Promise.resolve(collector.app.request("/v1/logs", { method: "POST", headers: all, body }));
}
const statusOf = async (...of: Parameters<typeof send>) => (await send(...of)).status;

test("a rotated key works until its grace period ends, the new one goes on, and a revoked one stops within ten seconds", async () => {
  const old = await createKey();
  expect(await statusOf(old.key)).toBe(200);
  const next = createdKey.parse(await ask("POST", `/keys/${old.id}/rotate`, { graceSeconds: 60 }));
  time += 59_000;
  expect([await statusOf(old.key), await statusOf(next.key)]).toEqual([200, 200]);
  time += 1_000;
  expect([await statusOf(old.key), await statusOf(next.key)]).toEqual([401, 200]);
  await ask("DELETE", `/keys/${next.id}`);
  time += 10_000;
  expect(await statusOf(next.key)).toBe(401);
});

test("while the ledger is away a key goes on until it expires", async () => {
  const { key } = await createKey({ expiresAt: new Date(time + 3_600_000).toISOString() });
  expect(await statusOf(key)).toBe(200);
  isLedgerAway = true;
  time += 3_599_000;
  expect(await statusOf(key)).toBe(200);
  time += 1_000;
  expect(await statusOf(key)).toBe(401);
});

test("a collector that starts while the ledger is away knows the keys it knew, which its disk does not hold", async () => {
  const [known, revoked, fresh] = [await createKey(), await createKey(), await createKey()];
  expect([await statusOf(known.key), await statusOf(revoked.key)]).toEqual([200, 200]);
  await ask("DELETE", `/keys/${revoked.id}`);
  time += 10_000;
  expect(await statusOf(revoked.key)).toBe(401);
  await collector.close();

  const file = join(spoolDir, "keys.json");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, "utf8")).not.toContain(known.key.slice(4));
  isLedgerAway = true;
  await startCollector();
  expect(await statusOf(known.key)).toBe(200);
  const unknown = await send(fresh.key);
  expect([unknown.status, unknown.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(await statusOf(revoked.key)).toBe(503);
});

test("a key is for pages of its origins, and for what is no page", async () => {
  const { key } = await createKey({ allowedOrigins: ["https://bank.example", "https://*.bank.example"] });
  const from = (origin: string) => send(key, 1, { headers: { origin } });
  const own = await from("https://m.bank.example");
  expect(own.status).toBe(200);
  expect(own.headers.get("access-control-allow-origin")).toBe("https://m.bank.example");
  const other = await from("https://evil.test");
  expect(other.status).toBe(403);
  expect(other.headers.get("access-control-allow-origin")).toBeNull();
  expect(await other.json()).toEqual({
    code: 7,
    message: 'the write key is not for pages of "https://evil.test"',
  });
  const beacon = { method: "POST", headers: { origin: "https://evil.test" }, body: '{"event":"sent"}' };
  expect((await collector.app.request(`/v1/e?key=${key}`, beacon)).status).toBe(403);
  expect(await statusOf(key)).toBe(200);
  expect(collector.stats().rejected.forbidden_origin).toBe(2);
  expect(collector.stats().accepted).toBe(2);
});

async function preflight(path: string, origin: string): Promise<string | null> {
  const headers = { origin, "access-control-request-method": "POST" };
  const answer = await collector.app.request(path, { method: "OPTIONS", headers });
  return answer.headers.get("access-control-allow-origin");
}

test("a preflight is answered by the origins of the key in its address, and lets a page without one try", async () => {
  const { key } = await createKey({ allowedOrigins: ["https://bank.example"] });
  expect(await preflight("/v1/logs", "https://evil.test")).toBe("*");
  expect(await preflight(`/v1/logs?key=${key}`, "https://evil.test")).toBeNull();
  expect(await preflight(`/v1/logs?key=${key}`, "https://bank.example")).toBe("https://bank.example");
  expect(await preflight(`/v1/e?key=${key}`, "https://evil.test")).toBeNull();
  expect(await preflight(`/v1/e?key=${key}`, "https://bank.example")).toBe("https://bank.example");
});

test("events of environments that a key may not send are named and not stored, the others are", async () => {
  const { key } = await createKey({ environments: ["production"] });
  const answer = await send(key, 4, { environments: ["production", "staging", "", "production"] });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({
    partialSuccess: {
      rejectedLogRecords: "2",
      errorMessage:
        "record 1: its deployment.environment.name is not allowed: the write key sends for production; " +
        "record 2: it has no deployment.environment.name: the write key sends for production",
    },
  });
  expect(collector.stats().rejected).toMatchObject({ forbidden_environment: 2, invalid_record: 0 });
  await collector.drained();
  const stored = await warehouse.query({
    name: "environments",
    sql: "SELECT environment, count() AS events FROM events_v1 WHERE project_id = {project: String} GROUP BY 1",
    params: { project: `p${project}` },
    row: z.object({ environment: z.string(), events: z.number() }),
  });
  expect(stored).toEqual([{ environment: "production", events: 2 }]);
});

test("over its rate a key is told when to come again, by every protocol, and comes in then", async () => {
  const { key } = await createKey({ eventsPerSecond: 2 });
  const accepted = await send(key, 15);
  expect(accepted.status).toBe(200);
  expect(accepted.headers.get("ratelimit-policy")).toBe('"key";q=20;w=10;qu="events"');
  expect(accepted.headers.get("ratelimit")).toBe('"key";r=5;t=8');
  const refused = await send(key, 15);
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBe("5");
  expect(refused.headers.get("ratelimit")).toBe('"key";r=5;t=5');
  expect(await refused.json()).toEqual({
    code: 8,
    message: "over the limit of 2 events a second of the write key; try again later",
  });
  expect(await statusOf(key, 5)).toBe(200);
  const track = { method: "POST", headers: { "x-voxloop-key": key }, body: '{"event":"a","userId":"u"}' };
  const segment = await collector.app.request("/v1/track", track);
  expect([segment.status, segment.headers.get("retry-after")]).toEqual([429, "1"]);
  time += 7_500;
  expect(await statusOf(key, 15)).toBe(200);
  expect(collector.stats()).toMatchObject({ accepted: 35, rejected: { rate_limited: 2 } });
});

test("requests at the same time get no more than the burst together", async () => {
  const { key } = await createKey({ eventsPerSecond: 2 });
  const answers = await Promise.all(Array.from({ length: 10 }, () => statusOf(key, 5)));
  expect(answers.filter((status) => status === 200)).toHaveLength(4);
  expect(answers.filter((status) => status === 429)).toHaveLength(6);
});

test("the day's quota of a project holds over its keys and a restart, until the next UTC day", async () => {
  await ask("PATCH", "", { eventsPerDay: 30 });
  const [one, two] = [await createKey(), await createKey()];
  time = Date.parse("2026-03-02T23:59:00Z");
  expect([await statusOf(one.key, 15), await statusOf(two.key, 10)]).toEqual([200, 200]);
  await collector.close();
  await startCollector();
  const refused = await send(one.key, 6);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "60"]);
  expect(refused.headers.get("ratelimit")).toBe('"project-day";r=5;t=60');
  expect(collector.stats().rejected.quota_exceeded).toBe(1);
  expect(await statusOf(two.key, 5)).toBe(200);
  time += 60_000;
  expect(await statusOf(one.key, 30)).toBe(200);
});

test("events that are not kept cost nothing of a limit: refused ones, bad ones, and those a full spool has no room for", async () => {
  await collector.close();
  await startCollector(200);
  const { key } = await createKey({ eventsPerDay: 20, environments: ["production"] });
  const own = { environments: ["production"] };
  expect(await statusOf(key, 20, own)).toBe(503);
  await collector.close();
  await startCollector();
  expect(await statusOf(key, 21, own)).toBe(429);
  expect(await statusOf(key, 20, { environments: ["staging"] })).toBe(200);
  expect(await statusOf(key, 20, own)).toBe(200);
  expect(await statusOf(key, 1, own)).toBe(429);
});

test("an app gets what its project publishes within ten seconds, and keeps it while the ledger is away", async () => {
  const { key } = await createKey();
  const get = async (known = "") =>
    collector.app.request(`/v1/config?key=${key}`, { headers: { "if-none-match": known } });
  const empty = await get();
  expect(await empty.json()).toEqual({ guidance: [], surveys: [] });
  const content = {
    match: { code: "E1042" },
    audience: {},
    rolloutShare: 1,
    holdoutShare: 0.1,
    title: { "zh-CN": "今日限额已用完" },
    body: {},
  };
  const written = z.object({ id: z.string(), version: z.number() });
  const { id, version } = written.parse(await ask("POST", "/guidance", { name: "Limit", content }));
  await ask("POST", `/guidance/${id}/publish`, { version });
  await ask("PATCH", "", { sampleRate: 0.5 });
  time += 10_000;
  const answer = await get(empty.headers.get("etag") ?? "");
  const config = { sampleRate: 0.5, guidance: [{ ...content, id, version: 1 }], surveys: [] };
  expect(await answer.json()).toEqual(config);
  const etag = answer.headers.get("etag") ?? "";
  isLedgerAway = true;
  time += 3_600_000;
  expect((await get(etag)).status).toBe(304);
  expect(await (await get()).json()).toEqual(config);
});
