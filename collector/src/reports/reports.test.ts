import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { grantOf, logsRequest, silent, startCollector } from "../testing/start-collector.ts";
import type { Report } from "./report.ts";
import { Reports } from "./reports.ts";
import { Tally } from "./tally.ts";

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
});
afterAll(() => warehouse.close());

const CARD = "6222021234567890128";

async function rowsOf(project: string) {
  return warehouse.query({
    name: "test",
    sql: `SELECT kind, reason, detail, sample, key_hint AS hint, service_name AS service, service_version AS version,
      sdk_name AS sdk, sdk_version AS sdkVersion, count FROM ingest_reports_v1 WHERE project_id = {project: String}
      ORDER BY kind, reason, detail, count DESC`,
    params: { project },
    row: z.record(z.string(), z.unknown()),
  });
}

test("a project is told what came in, what was refused with a redacted sample, and what was removed", async () => {
  const started = await startCollector(warehouse);
  const send = (body: string, key = "vwk_good", type = "application/json") =>
    fetch(`${started.url}/v1/logs`, {
      method: "POST",
      headers: { "x-voxloop-key": key, "content-type": type },
      body,
    });
  const resource = {
    "service.name": "bank",
    "service.version": "8.1",
    "telemetry.sdk.name": "opentelemetry",
    "telemetry.sdk.version": "3.1.1",
  };
  const bad = {
    eventName: "rate",
    attributes: { "vox.score": "much", password: "hunter2", note: `card ${CARD}` },
  };
  await send(
    logsRequest([{ eventName: "ok", attributes: { note: `card ${CARD}` } }, { eventName: "ok" }], resource),
  );
  await send(logsRequest([{ eventName: "ok" }, bad, bad], resource));
  await send(`{"password":"hunter2"`);
  await send("<xml/>", "vwk_good", "text/xml");
  await send(logsRequest([{ eventName: "ok" }]), "vwk_bad");
  await started.stop();
  const rows = await rowsOf("p1");
  const source = { service: "bank", version: "8.1", sdk: "opentelemetry", sdkVersion: "3.1.1" };
  const none = { service: "", version: "", sdk: "", sdkVersion: "", sample: "", hint: "vwk_good…" };
  expect(rows).toEqual([
    { ...none, ...source, kind: "accepted", reason: "", detail: "", count: 3 },
    { ...none, kind: "redacted", reason: "card", detail: "", count: 3 },
    { ...none, kind: "redacted", reason: "secret", detail: "", count: 2 },
    {
      ...none,
      kind: "rejected",
      reason: "invalid_record",
      detail: "vox.score is not a number",
      count: 2,
      sample: JSON.stringify({
        eventName: "rate",
        attributes: { "vox.score": "much", password: "[secret]", note: "card [card]" },
      }),
    },
    {
      ...none,
      kind: "rejected",
      reason: "malformed",
      detail: expect.stringMatching(/^the body is not JSON/),
      count: 1,
    },
    { ...none, kind: "rejected", reason: "unsupported", detail: expect.any(String), count: 1 },
  ]);
  expect(JSON.stringify(rows)).not.toMatch(/hunter2|6222/);
});

test("our own SDK is known by the scope of what it sends, others by their resource", async () => {
  const { LogsRequest } = await import("../ingest/otlp/logs-message.fixture.ts");
  const started = await startCollector(warehouse, { findKey: async () => grantOf("p3") });
  const scope = { name: "@voxloop/sdk", version: "0.1.0" };
  const request = { resourceLogs: [{ scopeLogs: [{ scope, logRecords: [{ eventName: "ok" }] }] }] };
  const protobuf = Buffer.from(LogsRequest.encode(LogsRequest.fromObject(request)).finish());
  for (const [type, body] of [
    ["application/json", JSON.stringify(request)],
    ["application/x-protobuf", protobuf],
    ["application/json", JSON.stringify(request).replace("@voxloop/sdk", "my.logger")],
  ] as const)
    await fetch(`${started.url}/v1/logs?key=vwk_good`, {
      method: "POST",
      headers: { "content-type": type },
      body,
    });
  await started.stop();
  expect(await rowsOf("p3")).toEqual([
    expect.objectContaining({ sdk: "@voxloop/sdk", sdkVersion: "0.1.0", count: 2 }),
    expect.objectContaining({ sdk: "", sdkVersion: "", count: 1 }),
  ]);
});

test("reports that could not be written are written once ClickHouse is back, and only once", async () => {
  let isAway = true;
  let isLost = true;
  const shaky: Warehouse = {
    ...warehouse,
    async insertNdjson(...insert) {
      if (isAway) throw new Error("away");
      await warehouse.insertNdjson(...insert);
      // The answer is lost on its way: whoever asked cannot know that the rows are stored.
      if (isLost) throw new Error("timeout");
    },
  };
  const reports = new Reports({ warehouse: shaky, now: () => new Date(), log: silent });
  reports.add({ project: "p2", kind: "flagged", reason: "bot", count: 7 });
  await reports.write();
  isAway = false;
  await reports.write();
  reports.add({ project: "p2", kind: "flagged", reason: "bot", count: 1 });
  isLost = false;
  await reports.write();
  await reports.close();
  expect(new Set((await rowsOf("p2")).map(({ count }) => count))).toEqual(new Set([1, 7]));
  expect(await rowsOf("p2")).toHaveLength(2);
});

const sameProblem = (detail: string) => detail.replace(/\d/, "*");

test("the sums are those of every report that found a place, and the others are counted", () => {
  const report = fc.record({
    project: fc.constantFrom("a", "b"),
    kind: fc.constantFrom<Report["kind"][]>("accepted", "rejected"),
    reason: fc.constantFrom("", "x"),
    detail: fc.constantFrom("it has 3 attributes", "it has 4 attributes", "other"),
    count: fc.nat(5),
    at: fc.nat(30_000),
  });
  fc.assert(
    fc.property(fc.array(report), (given) => {
      const tally = new Tally("c1");
      for (const { at, ...one } of given) tally.add(one, at);
      const expected = new Map<string, number>();
      for (const { project, kind, reason, detail, count, at } of given) {
        const key = [project, kind, reason, sameProblem(detail), at - (at % 10_000)].join();
        expected.set(key, (expected.get(key) ?? 0) + count);
      }
      const rows = tally.take().map((row) => {
        const time = Date.parse(row.time);
        return [
          [row.project_id, row.kind, row.reason, sameProblem(row.detail), time].join(),
          row.count,
        ] as const;
      });
      expect(new Map(rows)).toEqual(expected);
    }),
  );
  const tally = new Tally("c1");
  for (let i = 0; i < 800; i += 1)
    tally.add({ project: "loud", kind: "rejected", reason: `${i}`, count: 1 }, 0);
  tally.add({ project: "quiet", kind: "rejected", reason: "one", count: 1 }, 0);
  expect(tally.dropped).toBe(300);
  expect(tally.take().filter(({ project_id }) => project_id === "quiet")).toHaveLength(1);
});
