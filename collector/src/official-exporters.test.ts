import { OTLPLogExporter as JsonExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtobufExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { startCollector, type StartedCollector } from "./testing/start-collector.ts";

let warehouse: Warehouse;
let started: StartedCollector;

beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
  started = await startCollector(warehouse);
});
afterAll(async () => {
  await started.stop();
  await warehouse.close();
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
    url: `${started.url}/v1/logs`,
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
  await started.collector.drained();
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
