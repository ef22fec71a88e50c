import { request } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { logsRequest, startCollector } from "../testing/start-collector.ts";

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
});
afterAll(() => warehouse.close());

const headers = { "x-voxloop-key": "vwk_good", "content-type": "application/json" };
const bodyOf = (eventName: string) => logsRequest([{ eventName }]);

async function send(url: string, eventName: string): Promise<void> {
  const answer = await fetch(`${url}/v1/logs`, { method: "POST", headers, body: bodyOf(eventName) });
  expect(answer.status).toBe(200);
}

async function countEvents(name: string): Promise<number> {
  const sql = "SELECT count() AS events FROM events_v1 WHERE event_name = {name: String}";
  const row = z.object({ events: z.number() });
  const [found] = await warehouse.query({ name: "test", sql, params: { name }, row });
  return found?.events ?? 0;
}

test("a stop gives a slow ClickHouse the time to take what is left", async () => {
  const slow: Warehouse = {
    ...warehouse,
    insertEvents: async (...insert) => {
      await sleep(200);
      await warehouse.insertEvents(...insert);
    },
  };
  const { url, collector, ...started } = await startCollector(slow);
  for (let i = 0; i < 6; i += 1) await send(url, "slow");
  expect(collector.stats().spoolBytes).toBeGreaterThan(0);
  await started.stop();
  expect(await countEvents("slow")).toBe(6);
  expect(collector.stats().drainLagSeconds).toBeGreaterThan(0.1);
});

test("a stop while ClickHouse is away is quick, and the next start sends everything", async () => {
  const spoolDir = await mkdtemp(join(tmpdir(), "voxloop-stop-"));
  const away: Warehouse = {
    ...warehouse,
    insertEvents: async () => {
      await sleep(300);
      throw new Error("away");
    },
  };
  const first = await startCollector(away, { spoolDir });
  for (let i = 0; i < 4; i += 1) await send(first.url, "kept");
  const start = performance.now();
  await first.stop();
  expect(performance.now() - start).toBeLessThan(3000);
  expect(await countEvents("kept")).toBe(0);
  const second = await startCollector(warehouse, { spoolDir });
  await second.collector.drained();
  await second.stop();
  expect(await countEvents("kept")).toBe(4);
  await rm(spoolDir, { recursive: true });
});

test("a request that is under way when the collector stops is answered, and its events are stored", async () => {
  const { url, ...started } = await startCollector(warehouse);
  const body = bodyOf("under-way");
  const call = request(`${url}/v1/logs`, { method: "POST", headers: { ...headers, connection: "close" } });
  const status = new Promise<number | undefined>((resolve, reject) => {
    call.on("response", (response) => resolve(response.resume().statusCode));
    call.on("error", reject);
  });
  call.write(body.slice(0, 20));
  await sleep(100);
  const stopped = started.stop();
  await expect(fetch(`${url}/healthz`)).rejects.toThrow("fetch failed");
  call.end(body.slice(20));
  expect(await status).toBe(200);
  await stopped;
  expect(await countEvents("under-way")).toBe(1);
});
