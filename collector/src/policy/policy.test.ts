import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { startCollector, type StartedCollector } from "../testing/start-collector.ts";

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
});
afterAll(() => warehouse.close());

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const failure = (id: string, message: string, eventName = "exception") => ({
  timeUnixNano: String(Date.now() * 1e6),
  eventName,
  attributes: [
    text("log.record.uid", id),
    text("exception.type", "TimeoutError"),
    text("exception.message", message),
    text("vox.flow", "transfer"),
    ...(eventName === "vox.transaction" ? [text("vox.outcome", "failed")] : []),
  ],
});

async function send(to: StartedCollector, ...logRecords: object[]) {
  const answer = await fetch(`${to.url}/v1/logs`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-voxloop-key": "vwk_good" },
    body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }),
  });
  expect(answer.status).toBe(200);
  await to.collector.drained();
  return answer.json();
}

const stored = (like: string) =>
  warehouse.query({
    name: "stored",
    sql: `SELECT event_id AS id, error_fingerprint AS fingerprint, error_message AS message, outcome
      FROM events_v1 WHERE event_id LIKE {like: String} ORDER BY id`,
    params: { like },
    row: z.object({ id: z.string(), fingerprint: z.string(), message: z.string(), outcome: z.string() }),
  });

const rules = [{ group: "Gateway", conditions: [{ property: "message", patterns: ["gateway*"] }] }];

test("a rule puts events together that have nothing in common but what it says", async () => {
  const started = await startCollector(warehouse, { findPolicy: async () => ({ rules, discarded: [] }) });
  await send(started, failure("r1", "Gateway closed"), failure("r2", "gateway busy"), failure("r3", "Limit"));
  await started.stop();
  const [one, two, three] = await stored("r%");
  expect(one?.fingerprint).toBe(two?.fingerprint);
  expect(three?.fingerprint).not.toBe(one?.fingerprint);
});

test("a discarded error is not stored, is counted, and costs its sender nothing; its failed transaction stays one", async () => {
  const plain = await startCollector(warehouse);
  await send(plain, failure("d0", "Limit reached"));
  await plain.stop();
  const [first] = await stored("d0");
  const findPolicy = async () => ({ rules: [], discarded: [first?.fingerprint ?? ""] });
  const started = await startCollector(warehouse, { findPolicy });
  const answer = await send(
    started,
    failure("d1", "Limit reached"),
    failure("d2", "Limit reached", "vox.transaction"),
    failure("d3", "Other"),
  );
  expect(answer).toEqual({});
  expect(started.collector.stats().rejected.discarded_error).toBe(1);
  await started.stop();
  expect(await stored("d_")).toEqual([
    first,
    { id: "d2", fingerprint: "", message: "", outcome: "failed" },
    expect.objectContaining({ id: "d3", message: "Other" }),
  ]);
});

test("a ledger that is away, or that has rules nobody can read, costs no event", async () => {
  const away = await startCollector(warehouse, { findPolicy: () => Promise.reject(new Error("away")) });
  await send(away, failure("a1", "Gateway closed"));
  await away.stop();
  const broken = await startCollector(warehouse, {
    findPolicy: async () => ({ rules: [{ group: 1 }], discarded: [] }),
  });
  await send(broken, failure("a2", "Gateway closed"));
  await broken.stop();
  expect(await stored("a%")).toHaveLength(2);
});

test("what was known before a restart is known when the ledger is away after it", async () => {
  const first = await startCollector(warehouse, { findPolicy: async () => ({ rules, discarded: [] }) });
  await send(first, failure("s1", "Gateway closed"));
  await first.collector.close();
  const again = await startCollector(warehouse, {
    spoolDir: first.folder,
    findPolicy: () => Promise.reject(new Error("away")),
  });
  await send(again, failure("s2", "gateway busy"));
  await again.stop();
  const [one, two] = await stored("s%");
  expect(two?.fingerprint).toBe(one?.fingerprint);
});
