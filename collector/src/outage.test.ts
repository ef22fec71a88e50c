import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { CollectorOptions, WriteKeyGrant } from "./index.ts";
import { grantOf, logsRequest, startCollector, type StartedCollector } from "./testing/start-collector.ts";

let warehouse: Warehouse;
let started: StartedCollector | undefined;
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
});
afterEach(async () => {
  await stop();
});
afterAll(() => warehouse.close());

async function stop(): Promise<void> {
  await started?.stop();
  started = undefined;
}

async function start(options: Partial<CollectorOptions> = {}): Promise<StartedCollector> {
  started = await startCollector(warehouse, options);
  return started;
}

const HEADERS = { "content-type": "application/json", authorization: "Bearer vwk_good" };
const post = (url: string, body: string, key = "vwk_good") =>
  fetch(`${url}/v1/logs`, { method: "POST", body, headers: { ...HEADERS, authorization: `Bearer ${key}` } });
const count = async (name: string) => {
  const sql = "SELECT count() AS n FROM events_v1 WHERE event_name = {name: String}";
  const [row] = await warehouse.query({ name: "n", sql, params: { name }, row: z.object({ n: z.number() }) });
  return row?.n;
};
const until = (check: () => unknown) => expect.poll(check, { timeout: 20_000, interval: 50 });

// The real table is taken away, as during a failed migration or a move.
const takeTable = () => warehouse.command("RENAME TABLE events_v1 TO events_away");
const returnTable = () => warehouse.command("RENAME TABLE events_away TO events_v1");

test("while ClickHouse refuses, events are accepted and wait; when it is back they are stored once, in a restarted collector too", async () => {
  const spoolDir = await mkdtemp(join(tmpdir(), "voxloop-away-"));
  const { url, collector } = await start({ spoolDir });
  await takeTable();
  for (let index = 0; index < 5; index += 1)
    expect((await post(url, logsRequest([{ eventName: "away" }, { eventName: "away" }]))).status).toBe(200);
  await until(() => collector.stats().insertErrors).toBeGreaterThan(1);
  expect(collector.stats()).toMatchObject({ accepted: 10, drained: 0, poisoned: 0 });
  expect(collector.stats().spoolBytes).toBeGreaterThan(0);
  const ready = await fetch(`${url}/readyz`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({ warehouse: expect.stringMatching(/^away: .*events_v1/) });
  await stop();

  const again = await start({ spoolDir });
  await post(again.url, logsRequest([{ eventName: "away" }]));
  await returnTable();
  await again.collector.drained();
  expect(await count("away")).toBe(11);
  expect(again.collector.stats().spoolBytes).toBe(0);
  await stop();
  await rm(spoolDir, { recursive: true });
});

test("an insert whose answer was lost is repeated and stored once", async () => {
  let failures = 3;
  const lossy: Warehouse = {
    ...warehouse,
    async insertEvents(...of) {
      await warehouse.insertEvents(...of);
      if (failures-- > 0) throw new Error("socket hang up");
    },
  };
  started = await startCollector(lossy);
  await post(started.url, logsRequest([{ eventName: "answer.lost" }, { eventName: "answer.lost" }]));
  await started.collector.drained();
  expect(started.collector.stats().insertErrors).toBe(3);
  expect(await count("answer.lost")).toBe(2);
});

test("rows that ClickHouse refuses are set aside with the reason, all others are stored, and they can be sent again", async () => {
  const spoolDir = await mkdtemp(join(tmpdir(), "voxloop-poison-"));
  const { url, collector } = await start({ spoolDir });
  await warehouse.command("ALTER TABLE events_v1 ADD CONSTRAINT no_bad_page CHECK page != 'bad'");
  for (let request = 0; request < 7; request += 1)
    await post(
      url,
      logsRequest(
        [0, 1, 2]
          .map((index) => (request === 3 && index === 1 ? "bad" : "good"))
          .map((page) => ({
            eventName: "poison",
            attributes: { "app.screen.name": page, note: "备注" },
          })),
      ),
    );
  await collector.drained();
  expect(collector.stats()).toMatchObject({ drained: 20, poisoned: 1 });
  expect(await count("poison")).toBe(20);
  const [file = ""] = await readdir(join(spoolDir, "poison"));
  const poison = JSON.parse(await readFile(join(spoolDir, "poison", file), "utf8"));
  expect(poison).toEqual({
    reason: expect.stringContaining("no_bad_page"),
    event: expect.objectContaining({ page: "bad", event_name: "poison", attributes: { note: "备注" } }),
  });

  // Moved while ClickHouse still refuses it, it comes back; after what was wrong is mended, it is stored.
  await mkdir(join(spoolDir, "replay"));
  const moveBack = async () => {
    const [name = ""] = await readdir(join(spoolDir, "poison"));
    await rename(join(spoolDir, "poison", name), join(spoolDir, "replay", name));
  };
  await moveBack();
  await expect.poll(() => readdir(join(spoolDir, "poison")), { timeout: 20_000 }).toHaveLength(1);
  await warehouse.command("ALTER TABLE events_v1 DROP CONSTRAINT no_bad_page");
  await moveBack();
  await expect.poll(() => count("poison"), { timeout: 20_000 }).toBe(21);
  await until(() => readdir(join(spoolDir, "replay"))).toEqual([]);
  await stop();
  await rm(spoolDir, { recursive: true });
});

test("a spool over its quota answers 503 with Retry-After and is not ready; drained, it takes events again", async () => {
  const { url, collector } = await start({ spoolMaxBytes: 20_000 });
  await takeTable();
  const body = logsRequest([{ eventName: "quota", attributes: { text: "x".repeat(4_000) } }]);
  const answers = [];
  for (let index = 0; index < 8; index += 1) answers.push(await post(url, body));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 503, 503, 503, 503]);
  expect(answers.at(-1)?.headers.get("retry-after")).toBe("10");
  expect(await answers.at(-1)?.json()).toEqual({ code: 14, message: "the spool is full (20000 bytes)" });
  expect(collector.stats().rejected.spool_full).toBe(4);
  await returnTable();
  await collector.drained();
  expect((await post(url, body)).status).toBe(200);
  await collector.drained();
  expect(await count("quota")).toBe(5);
});

const canMount = (() => {
  try {
    execFileSync("unshare", ["--mount", "true"], { stdio: "ignore" });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
})();

test.skipIf(!canMount)(
  "a full disk answers 503, loses nothing, and recovers when there is space",
  async () => {
    const disk = await mkdtemp(join(tmpdir(), "voxloop-disk-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=512k", "tmpfs", disk]);
    try {
      const spoolDir = join(disk, "spool");
      const { url, collector } = await start({ spoolDir, spoolReserveBytes: 0 });
      await takeTable();
      const body = logsRequest([
        { eventName: "disk", attributes: { text: "x".repeat(8_000), text2: "y".repeat(8_000) } },
      ]);
      await writeFile(join(disk, "filler"), Buffer.alloc(300_000));
      let accepted = 0;
      let answer = await post(url, body);
      for (; answer.status === 200; answer = await post(url, body)) accepted += 1;
      expect(accepted).toBeGreaterThan(3);
      expect(answer.status).toBe(503);
      expect(answer.headers.get("retry-after")).toBe("5");
      const ready = await fetch(`${url}/readyz`);
      expect(ready.status).toBe(503);
      expect(await ready.json()).toMatchObject({
        problems: [expect.stringMatching(/cannot be written: ENOSPC/)],
      });

      // The drain needs no space: the cursor is written in place.
      await returnTable();
      await collector.drained();
      expect(await count("disk")).toBe(accepted);

      await rm(join(disk, "filler"));
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
      await until(() => collector.stats().diskFreeBytes).toBeGreaterThan(200_000);
      for (let index = 0; index < 5; index += 1) expect((await post(url, body)).status).toBe(200);
      await collector.drained();
      expect(await count("disk")).toBe(accepted + 5);
      expect(collector.stats()).toMatchObject({ poisoned: 0, spoolBytes: 0 });
      await stop();
    } finally {
      execFileSync("umount", ["-l", disk]);
      await rm(disk, { recursive: true });
    }
  },
);

test.skipIf(!canMount)(
  "a disk that is nearly full is not filled: the collector refuses and says so, drains, and makes room by itself",
  async () => {
    const disk = await mkdtemp(join(tmpdir(), "voxloop-disk-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", disk]);
    try {
      const { url, collector } = await start({ spoolDir: join(disk, "spool") });
      await takeTable();
      const body = logsRequest([
        { eventName: "reserve", attributes: { text: "x".repeat(8_000), text2: "y".repeat(8_000) } },
      ]);
      let accepted = 0;
      let answer = await post(url, body);
      for (; answer.status === 200; answer = await post(url, body)) accepted += 1;
      expect(answer.status).toBe(503);
      expect(answer.headers.get("retry-after")).toBe("10");
      expect(await answer.json()).toMatchObject({ message: expect.stringMatching(/nearly full/) });
      const { bavail, bsize } = await statfs(disk);
      expect(bavail * bsize).toBeGreaterThan(60_000);
      const ready = await fetch(`${url}/readyz`);
      expect(ready.status).toBe(503);
      expect(await ready.json()).toMatchObject({ problems: [expect.stringMatching(/nearly full/)] });

      await returnTable();
      await collector.drained();
      expect(await count("reserve")).toBe(accepted);
      await until(async () => (await post(url, body)).status).toBe(200);
      await collector.drained();
      expect(await count("reserve")).toBe(accepted + 1);
      await stop();
    } finally {
      execFileSync("umount", ["-l", disk]);
      await rm(disk, { recursive: true });
    }
  },
);

test("while the ledger is away known keys go on, and unknown ones are told to come back", async () => {
  let isAway = false;
  let time = Date.parse("2026-05-01T12:00:00Z");
  const { url } = await start({
    now: () => new Date(time),
    findKey: async (key) => {
      if (isAway) throw new Error("connection refused");
      return key.startsWith("vwk_good") ? grantOf("p1") : undefined;
    },
  });
  const body = logsRequest([{ eventName: "ledger" }]);
  expect((await post(url, body)).status).toBe(200);
  isAway = true;
  time += 3_600_000;
  expect((await post(url, body)).status).toBe(200);
  const answer = await post(url, body, "vwk_good_but_new");
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("5");
  isAway = false;
  expect((await post(url, body, "vwk_good_but_new")).status).toBe(200);
  expect((await post(url, body, "vwk_bad")).status).toBe(401);
});

test("a collector that starts while the ledger is away knows the keys of before, and takes events", async () => {
  const spoolDir = await mkdtemp(join(tmpdir(), "voxloop-keys-"));
  const body = logsRequest([{ eventName: "ledger.restart" }]);
  expect((await post((await start({ spoolDir })).url, body)).status).toBe(200);
  await stop();
  const { url } = await start({ spoolDir, findKey: () => Promise.reject(new Error("connection refused")) });
  expect((await post(url, body)).status).toBe(200);
  expect((await post(url, body, "vwk_never_seen")).status).toBe(503);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  await stop();
  await rm(spoolDir, { recursive: true });
});

test("a revoked key stops within ten seconds, and a ledger that hangs does not hold up known keys twice", async () => {
  let answer: Promise<WriteKeyGrant | undefined> = Promise.resolve(grantOf("p1"));
  let time = Date.parse("2026-05-01T12:00:00Z");
  const { url } = await start({ now: () => new Date(time), findKey: () => answer });
  const body = logsRequest([{ eventName: "revoked" }]);
  expect((await post(url, body)).status).toBe(200);
  time += 11_000;
  answer = new Promise(() => undefined);
  expect((await post(url, body)).status).toBe(200);
  const before = performance.now();
  expect((await post(url, body)).status).toBe(200);
  expect(performance.now() - before).toBeLessThan(1_000);
  time += 11_000;
  answer = Promise.resolve(undefined);
  expect((await post(url, body)).status).toBe(401);
});
