import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@voxloop/testing";
import { openWarehouse } from "@voxloop/warehouse";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { startVoxloop, until, WRITE_KEY } from "./voxloop-process.ts";

// Of the whole product; the collector alone is killed ten times beside its own code, and a hundred times by hand.
const ROUNDS = 3;
const dataDir = await mkdtemp(join(tmpdir(), "voxloop-kill-"));
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const acknowledged = new Set<string>();
const sent = new Set<string>();

/** Sends batches of 20 until the process is gone; only what was answered 200 counts as acknowledged. */
async function ingestUntilGone(url: string, sender: string): Promise<void> {
  for (let batch = 0; ; batch += 1) {
    const ids = Array.from({ length: 20 }, (_, index) => `${sender}-${batch}-${index}`);
    for (const id of ids) sent.add(id);
    try {
      const answer = await fetch(`${url}/v1/logs`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-voxloop-key": WRITE_KEY },
        body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: ids.map(toRecord) }] }] }),
      });
      if (answer.status === 200) ids.forEach((id) => acknowledged.add(id));
      await answer.arrayBuffer();
    } catch {
      return;
    }
  }
}

const toRecord = (id: string) => ({
  timeUnixNano: `${Date.now()}000000`,
  eventName: "app.opened",
  attributes: [
    { key: "log.record.uid", value: { stringValue: id } },
    { key: "user.id", value: { stringValue: id } },
  ],
});

test(
  "three kill -9 of the product during ingest lose and double no acknowledged event",
  { timeout: 180_000 },
  async () => {
    const port = await freePort();
    for (let round = 0; round < ROUNDS; round += 1) {
      const voxloop = await startVoxloop({ port, env: { VOXLOOP_DATA_DIR: dataDir } });
      const senders = [0, 1, 2, 3].map((sender) => ingestUntilGone(voxloop.url, `r${round}s${sender}`));
      await new Promise((done) => setTimeout(done, 400 + 150 * round));
      await voxloop.kill();
      await Promise.all(senders);
    }
    const last = await startVoxloop({ port, env: { VOXLOOP_DATA_DIR: dataDir } });
    await until("the spool is drained", 60_000, async () => {
      const answer = await fetch(`${last.url}/readyz`);
      const { spool } = (await answer.json()) as { spool: { bytes: number } };
      return spool.bytes === 0;
    });
    expect(await last.stop()).toBe(0);

    const warehouse = await openWarehouse({ path: join(dataDir, "warehouse") });
    const sql =
      "SELECT event_id AS id, count() AS copies FROM events_v1 WHERE event_name = 'app.opened' GROUP BY id";
    const rows = await warehouse.query({
      name: "copies",
      sql,
      row: z.object({ id: z.string(), copies: z.number() }),
    });
    await warehouse.close();
    const copies = new Map(rows.map((row) => [row.id, row.copies]));
    expect(acknowledged.size).toBeGreaterThan(ROUNDS * 20);
    expect([...acknowledged].filter((id) => !copies.has(id))).toEqual([]);
    expect(rows.filter((row) => row.copies > 1)).toEqual([]);
    expect(rows.filter((row) => !sent.has(row.id))).toEqual([]);
  },
);
