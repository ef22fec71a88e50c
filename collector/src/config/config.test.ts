import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createCrossOrigin } from "../ingest/cross-origin.ts";
import { KeysUnavailable } from "../keys/cache.ts";
import { grantOf, silent } from "../testing/start-collector.ts";
import { openConfigs, type Configs, type PublishedConfig } from "./open.ts";
import { createConfigRoutes } from "./routes.ts";

const KEYS = new Map([
  ["vwk_bank", grantOf("bank")],
  ["vwk_shop", grantOf("shop")],
  ["vwk_page", grantOf("bank", { allowedOrigins: ["https://bank.example"] })],
]);

let folder: string;
let configs: Configs;
let app: Hono;
let isAway: boolean;
let time: number;
let asked: string[];
let published: Map<string, PublishedConfig>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "voxloop-config-"));
  [isAway, time, asked] = [false, Date.UTC(2026, 4, 1), []];
  published = new Map([["bank", { document: '{"guidance":[{"id":"g1"}],"surveys":[]}', etag: "abc1" }]]);
  await open();
});
afterEach(() => rm(folder, { recursive: true }));

async function findKey(key: string) {
  if (key === "vwk_unseen" && isAway) throw new KeysUnavailable("write keys cannot be looked up");
  return KEYS.get(key);
}

async function open(): Promise<void> {
  configs = await openConfigs({
    folder,
    async findConfig(projectId) {
      asked.push(projectId);
      if (isAway) throw new Error("connection refused");
      return published.get(projectId);
    },
    now: () => new Date(time),
    log: silent,
  });
  app = new Hono()
    .use("/v1/*", createCrossOrigin(findKey))
    .route("/", createConfigRoutes({ findKey, configs, log: silent }));
}

const get = async (key = "vwk_bank", headers: Record<string, string> = {}) =>
  app.request(`/v1/config?key=${key}`, { headers });

test("an app gets what its key's project has published, to be kept for a minute", async () => {
  const answer = await get();
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe(published.get("bank")?.document);
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(answer.headers.get("cache-control")).toBe("max-age=60");
  expect(answer.headers.get("vary")?.toLowerCase()).toContain("origin");
  expect(answer.headers.get("etag")).toBe('"abc1"');
  const named = await app.request("/v1/config", { headers: { "x-voxloop-key": "vwk_bank" } });
  expect(await named.json()).toMatchObject({ guidance: [{ id: "g1" }] });
});

test.each(['"abc1"', 'W/"abc1"', '"old", W/"abc1"', "*"])(
  "who knows %s is told that it is the same",
  async (known) => {
    const answer = await get("vwk_bank", { "if-none-match": known });
    expect(answer.status).toBe(304);
    expect(await answer.text()).toBe("");
    expect(answer.headers.get("etag")).toBe('"abc1"');
  },
);

test("who knows another is told the new one", async () => {
  expect((await get("vwk_bank", { "if-none-match": '"abc"' })).status).toBe(200);
});

test("a project that never published has an empty config", async () => {
  const answer = await get("vwk_shop");
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ guidance: [], surveys: [] });
  expect((await get("vwk_shop", { "if-none-match": answer.headers.get("etag") ?? "" })).status).toBe(304);
});

test("nobody gets one without a key, with a wrong one, or from a page that the key is not for", async () => {
  expect((await app.request("/v1/config")).status).toBe(401);
  const wrong = await get("vwk_wrong");
  expect([wrong.status, wrong.headers.get("cache-control")]).toEqual([401, "no-store"]);
  expect((await get("vwk_page", { origin: "https://evil.test" })).status).toBe(403);
  expect((await get("vwk_page", { origin: "https://bank.example" })).status).toBe(200);
  expect((await get("vwk_page")).status).toBe(200);
});

test("a page may ask for it, say what it knows, and read the tag", async () => {
  const preflight = await app.request("/v1/config?key=vwk_page", {
    method: "OPTIONS",
    headers: {
      origin: "https://bank.example",
      "access-control-request-method": "GET",
      "access-control-request-headers": "if-none-match",
    },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-origin")).toBe("https://bank.example");
  expect(preflight.headers.get("access-control-allow-methods")).toContain("GET");
  expect(preflight.headers.get("access-control-allow-headers")).toContain("if-none-match");
  const answer = await get("vwk_page", { origin: "https://bank.example" });
  expect(answer.headers.get("access-control-allow-origin")).toBe("https://bank.example");
  expect(answer.headers.get("access-control-expose-headers")).toContain("ETag");
});

test("the ledger is asked once in ten seconds, however many apps ask", async () => {
  await Promise.all(Array.from({ length: 50 }, () => get()));
  time += 9_999;
  await get();
  expect(asked).toEqual(["bank"]);
  published.set("bank", { document: '{"guidance":[],"surveys":[]}', etag: "abc2" });
  time += 1;
  expect((await get()).headers.get("etag")).toBe('"abc2"');
  expect(asked).toEqual(["bank", "bank"]);
});

const both = () => Promise.all(["vwk_bank", "vwk_shop"].map(async (key) => (await get(key)).text()));

test("while the ledger is away the last known config goes on, also after a restart, and so does an empty one", async () => {
  const before = await both();
  isAway = true;
  time += 60_000;
  expect(await both()).toEqual(before);
  await configs.close();
  await open();
  expect(await both()).toEqual(before);
});

test("what was never seen is asked for again later while the ledger is away", async () => {
  isAway = true;
  for (const key of ["vwk_bank", "vwk_unseen"]) {
    const answer = await get(key);
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
  }
});
