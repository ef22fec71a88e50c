import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve, type ServerType } from "@hono/node-server";
import { OTLPLogExporter as JsonExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtobufExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type Collector, openCollector } from "./index.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
let warehouse: Warehouse;
let collector: Collector;
let server: ServerType;
let folder: string;
let url: string;

beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
  folder = await mkdtemp(join(tmpdir(), "voxloop-exporters-"));
  collector = await openCollector({
    warehouse,
    findProject: async (key) => (key === "vwk_good" ? "p1" : undefined),
    spoolDir: folder,
    spoolMaxBytes: 64 * 1024 * 1024,
    now: () => new Date(),
    log: silent,
  });
  await new Promise<void>((resolve) => {
    server = serve({ fetch: collector.app.fetch, port: 0, hostname: "127.0.0.1" }, () => resolve());
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/logs`;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await collector.close();
  await warehouse.close();
  await rm(folder, { recursive: true });
});

const row = z.object({
  event_name: z.string(),
  time: z.iso.datetime(),
  user_id: z.string(),
  customer_id: z.string(),
  service_name: z.string(),
  service_version: z.string(),
  error_code: z.string(),
  flow: z.string(),
  outcome: z.string(),
  trace_id: z.string(),
  attributes: z.record(z.string(), z.string()),
});

const EXPORTERS = [
  ["JSON", "none", JsonExporter],
  ["JSON", "gzip", JsonExporter],
  ["protobuf", "none", ProtobufExporter],
  ["protobuf", "gzip", ProtobufExporter],
] as const;

test.each(EXPORTERS)("the official %s exporter with compression %s delivers its events", async (...of) => {
  const [encoding, compression, Exporter] = of;
  const name = `test.${encoding}.${compression}`;
  const exporter = new Exporter({
    url,
    headers: { authorization: "Bearer vwk_good" },
    compression: compression as never,
  });
  const provider = new LoggerProvider({
    resource: resourceFromAttributes({ "service.name": "bank", "service.version": "8.0.1" }),
    processors: [new BatchLogRecordProcessor({ exporter })],
  });
  const timestamp = new Date(Date.now() - 5000);
  provider.getLogger("app").emit({
    eventName: name,
    timestamp,
    severityText: "ERROR",
    body: "转账失败",
    attributes: {
      "user.id": "u1",
      "vox.flow": "transfer",
      "vox.outcome": "failed",
      "vox.error.code": "E1042",
      amount: 12.5,
      count: 7,
      isRetry: true,
      tags: ["a", "b"],
      nested: { deep: { x: 1 } },
    },
  });
  await provider.shutdown();
  await collector.drained();
  const columns = Object.keys(row.shape).join(", ");
  const sql = `SELECT ${columns} FROM events_v1 WHERE event_name = {name: String}`;
  expect(await warehouse.query({ name: "row", sql, params: { name }, row })).toEqual([
    {
      event_name: name,
      time: timestamp.toISOString(),
      user_id: "u1",
      customer_id: "u1",
      service_name: "bank",
      service_version: "8.0.1",
      error_code: "E1042",
      flow: "transfer",
      outcome: "failed",
      trace_id: "",
      attributes: {
        amount: "12.5",
        count: "7",
        isRetry: "true",
        tags: '["a","b"]',
        nested: '{"deep":{"x":1}}',
        "log.body": "转账失败",
        "log.severity": "ERROR",
      },
    },
  ]);
});
