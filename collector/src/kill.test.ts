import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openWarehouse } from "@voxloop/warehouse";
import { expect, test } from "vitest";
import { z } from "zod";
import { openCollector } from "./index.ts";
import { grantOf, logsRequest, silent } from "./testing/start-collector.ts";

const ROUNDS = 10;
const SENDERS = 4;

async function startProcess(folder: string): Promise<{ child: ChildProcess; url: string }> {
  const script = new URL("./testing/collector-process.ts", import.meta.url).pathname;
  const child = spawn("node", [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
  const [port] = (await once(child.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  return { child, url: `http://127.0.0.1:${port.toString().trim()}/v1/logs` };
}

/** Sends batches one after the other until the server is gone, and notes the ids of those that were answered 200. */
async function sendUntilDeath(url: string, name: string, acknowledged: string[]): Promise<void> {
  const headers = { "content-type": "application/json", authorization: "Bearer vwk_good" };
  for (let batch = 0; ; batch += 1) {
    const ids = Array.from({ length: 20 }, (_, index) => `${name}-${batch}-${index}`);
    const records = ids.map((id) => ({
      eventName: "vox.transaction",
      timeUnixNano: `${Date.now()}000000`,
      attributes: { "log.record.uid": id, "vox.flow": "f", "vox.outcome": "failed", "vox.error.code": "E1" },
    }));
    const response = await fetch(url, { method: "POST", body: logsRequest(records), headers }).catch(
      () => undefined,
    );
    if (response === undefined) return;
    expect(response.status).toBe(200);
    acknowledged.push(...ids);
  }
}

test(
  "every event acknowledged before a kill -9 is stored exactly once, ten times over",
  { timeout: 300_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "voxloop-kill-"));
    const acknowledged: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { child, url } = await startProcess(folder);
      const senders = Array.from({ length: SENDERS }, (_, sender) =>
        sendUntilDeath(url, `${round}-${sender}`, acknowledged),
      );
      await sleep(150 + 90 * round);
      child.kill("SIGKILL");
      await Promise.all([...senders, once(child, "exit")]);
    }
    const warehouse = await openWarehouse({ path: `${folder}/clickhouse` });
    const collector = await openCollector({
      warehouse,
      findKey: async () => grantOf("p1"),
      spoolDir: `${folder}/spool`,
      spoolMaxBytes: 64 * 1024 * 1024,
      now: () => new Date(),
      log: silent,
    });
    await collector.drained();
    const row = z.object({ id: z.string(), rows: z.number(), source: z.string() });
    const sql = `SELECT event_id AS id, count() AS rows, 'events' AS source FROM events_v1 GROUP BY event_id
    UNION ALL SELECT event_id, count(), 'errors' FROM error_events_v1 GROUP BY event_id`;
    const stored = await warehouse.query({ name: "stored", sql, row });
    for (const source of ["events", "errors"]) {
      const found = new Map(stored.filter((one) => one.source === source).map(({ id, rows }) => [id, rows]));
      expect(
        acknowledged.filter((id) => !found.has(id)),
        `lost in ${source}`,
      ).toEqual([]);
      expect(
        [...found].filter(([, rows]) => rows !== 1),
        `twice in ${source}`,
      ).toEqual([]);
    }
    expect(acknowledged.length).toBeGreaterThan(ROUNDS * SENDERS * 20);
    await collector.close();
    await warehouse.close();
    await rm(folder, { recursive: true });
  },
);
