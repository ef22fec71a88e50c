import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { OTLPLogExporter as JsonExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtobufExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPTraceExporter as JsonTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type * as AnalyticsNextModule from "@segment/analytics-next";
import { Analytics } from "@segment/analytics-node";
import { CHROMIUM_ARGS, findChromium } from "@voxloop/testing";
import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
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

async function rowsOf(condition: string, params: Record<string, string>) {
  await started.collector.drained();
  const sql = `SELECT * FROM events_v1 WHERE ${condition}
    ORDER BY time, event_name, event_id LIMIT 1 BY event_id`;
  return warehouse.query({
    name: "rows",
    sql,
    params,
    row: z.looseObject({ event_id: z.string(), attributes: z.record(z.string(), z.string()) }),
  });
}

test.each([
  ["JSON", JsonTraceExporter],
  ["protobuf", ProtobufTraceExporter],
] as const)(
  "the official %s trace exporter delivers the errors of its spans, once however often it sends them",
  async (encoding, Exporter) => {
    const memory = new InMemorySpanExporter();
    const service = `bank-${encoding}`;
    const provider = new TracerProvider({
      resource: resourceFromAttributes({ "service.name": service, "service.version": "8.0.1" }),
      spanProcessors: [new SimpleSpanProcessor({ exporter: memory })],
    });
    const tracer = provider.getTracer("app");
    const attributes = { "user.id": "u1", "session.id": "s1", "vox.flow": "transfer" };
    tracer.startSpan("fine", { attributes }).end();
    const throwing = tracer.startSpan("throws", { attributes });
    throwing.recordException(new RangeError("over the limit"));
    throwing.end();
    const request = { "http.request.method": "POST", "http.route": "/pay", "http.response.status_code": 503 };
    const failing = tracer.startSpan("POST /pay", {
      kind: SpanKind.SERVER,
      attributes: { ...attributes, ...request },
    });
    failing.setStatus({ code: SpanStatusCode.ERROR });
    failing.end();
    const exporter = new Exporter({
      url: `${started.url}/v1/traces`,
      headers: { authorization: "Bearer vwk_good" },
    });
    const spans = memory.getFinishedSpans();
    const send = () => new Promise<number>((resolve) => exporter.export(spans, ({ code }) => resolve(code)));
    expect([await send(), await send()]).toEqual([0, 0]);
    const rows = await rowsOf("service_name = {service: String}", { service });
    const shared = { user_id: "u1", session_id: "s1", flow: "transfer", service_version: "8.0.1" };
    expect(rows).toMatchObject([
      {
        ...shared,
        event_name: "exception",
        error_type: "RangeError",
        error_message: "over the limit",
        error_stack: expect.stringContaining("RangeError: over the limit"),
        trace_id: throwing.spanContext().traceId,
        span_id: throwing.spanContext().spanId,
      },
      {
        ...shared,
        event_name: "vox.request.failed",
        error_type: "503",
        error_message: "POST /pay",
        trace_id: failing.spanContext().traceId,
      },
    ]);
  },
);

test("the official Segment client for Node delivers every kind of call", async () => {
  const client = new Analytics({ writeKey: "vwk_good", host: started.url, flushAt: 20 });
  const problems: unknown[] = [];
  client.on("error", (error) => problems.push(error));
  const timestamp = new Date(Date.now() - 5000);
  const context = {
    app: { name: "segment-node", version: "8.0.2" },
    os: { name: "iOS" },
    page: { path: "/pay" },
  };
  const shared = { userId: "u7", anonymousId: "i7", timestamp, context };
  client.track({
    ...shared,
    messageId: "m1",
    event: "vox.transaction",
    properties: {
      "vox.flow": "transfer",
      "vox.outcome": "failed",
      "vox.error.code": "E1",
      basket: { items: [1] },
    },
  });
  client.identify({ ...shared, traits: { plan: "gold", email: "a@b.example", phone: "5551234567" } });
  client.page({ ...shared, name: "Pay", properties: { url: "https://b.example/pay/now?card=1" } });
  client.screen({ ...shared, name: "Transfer" });
  client.group({ ...shared, groupId: "g1" });
  client.alias({ ...shared, previousId: "i7" });
  await client.closeAndFlush();
  expect(problems).toEqual([]);
  const rows = await rowsOf("service_name = 'segment-node'", {});
  const place = { customer_id: "u7", installation_id: "i7", time: timestamp.toISOString(), os_name: "iOS" };
  expect(rows).toMatchObject([
    { ...place, event_name: "vox.group.identified", attributes: { "vox.group.id": "g1" } },
    { ...place, event_name: "vox.identified", installation_id: expect.any(String) },
    { ...place, event_name: "vox.identified", installation_id: expect.any(String) },
    { ...place, event_name: "vox.page.viewed", page: "/pay", attributes: { "page.name": "Pay" } },
    { ...place, event_name: "vox.screen.viewed", page: "Transfer", service_version: "8.0.2" },
    {
      ...place,
      event_name: "vox.transaction",
      event_id: "m1",
      page: "/pay",
      flow: "transfer",
      outcome: "failed",
      error_code: "E1",
      attributes: { basket: '{"items":[1]}' },
    },
  ]);
  const stored = JSON.stringify(rows);
  expect(stored).toContain('"trait.plan":"gold"');
  expect(stored).toContain('"vox.previous_id":"i7"');
  expect(stored).not.toMatch(/a@b|5551234567|card/);
});

const sentByPage = () => rowsOf("user_id = 'u9' OR attributes['page.title'] = 'Bank'", {});
const executablePath = await findChromium();

describe.skipIf(!executablePath)("in Chromium", () => {
  let browser: Browser;
  let page: Page;
  let site: Server;

  beforeAll(async () => {
    // On another port than the collector, so that every request crosses origins.
    site = createServer((_, response) =>
      response.setHeader("content-type", "text/html").end("<title>Bank</title>"),
    );
    await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGS });
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/transfer?card=1`);
  });
  afterAll(async () => {
    await browser.close();
    site.close();
  });

  test.each(["text/plain", "application/json"])("a beacon of %s arrives", async (type) => {
    const events = [{ event: "beacon", id: `e-${type}`, attributes: { "user.id": "u1", type } }];
    const [url, body] = [`${started.url}/v1/e?key=vwk_good`, JSON.stringify(events)];
    const isQueued = await page.evaluate(
      (of) => navigator.sendBeacon(of.url, new Blob([of.body], { type: of.type })),
      { url, body, type },
    );
    expect(isQueued).toBe(true);
    const find = () => rowsOf("event_id = {id: String}", { id: `e-${type}` });
    await vi.waitFor(async () => expect(await find()).toHaveLength(1), 5000);
    expect(await find()).toMatchObject([{ event_name: "beacon", user_id: "u1", attributes: { type } }]);
  });

  test("the official Segment client for browsers delivers its calls", async () => {
    await page.addScriptTag({
      path: createRequire(import.meta.url).resolve("@segment/analytics-next/dist/umd/index.js"),
    });
    await page.evaluate(async (url) => {
      const { AnalyticsBrowser } = (globalThis as never as { AnalyticsNext: typeof AnalyticsNextModule })
        .AnalyticsNext;
      const [analytics] = await AnalyticsBrowser.load(
        { writeKey: "vwk_good", cdnURL: url },
        { integrations: { "Segment.io": { apiHost: `${new URL(url).host}/v1`, protocol: "http" } } },
      );
      await analytics.page();
      await analytics.identify("u9", { plan: "gold" });
      await analytics.track("clicked", { "vox.flow": "transfer" });
    }, started.url);
    await vi.waitFor(async () => expect(await sentByPage()).toHaveLength(3), 5000);
    const rows = await sentByPage();
    expect(new Set(rows.map((row) => row["event_name"]))).toEqual(
      new Set(["clicked", "vox.identified", "vox.page.viewed"]),
    );
    expect(rows).toMatchObject(Array.from({ length: 3 }, () => ({ page: "/transfer", os_name: "Linux" })));
    expect(new Set(rows.map((row) => row["installation_id"])).size).toBe(1);
    expect(JSON.stringify(rows)).not.toContain("card");
  });
});
