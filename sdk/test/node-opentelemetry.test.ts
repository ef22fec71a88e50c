import { context, logs, metrics, propagation, trace } from "@opentelemetry/api";
import * as logsSdk from "@opentelemetry/sdk-logs";
import { NodeSDK } from "@opentelemetry/sdk-node";
import * as tracing from "@opentelemetry/sdk-trace";
import { afterEach, beforeEach, expect, test } from "vitest";
import { init, type InitOptions, type NodeVoxloop } from "../src/node.ts";
import { startReceiver, type Receiver } from "./receiver.ts";

const OPTIONS = { writeKey: "vxk_node", service: "core-bank", release: "3.1.0", environment: "staging" };

let receiver: Receiver;
let voxloop: NodeVoxloop;
let records: logsSdk.InMemoryLogRecordExporter;
let spans: tracing.InMemorySpanExporter;
let sdk: NodeSDK;

/** An app that has set up OpenTelemetry before us. */
beforeEach(async () => {
  receiver = await startReceiver();
  records = new logsSdk.InMemoryLogRecordExporter();
  spans = new tracing.InMemorySpanExporter();
  sdk = new NodeSDK({
    serviceName: "the-apps-own-name",
    autoDetectResources: false,
    spanProcessors: [new tracing.SimpleSpanProcessor({ exporter: spans })],
    logRecordProcessors: [new logsSdk.SimpleLogRecordProcessor({ exporter: records })],
  });
  sdk.start();
});
afterEach(async () => {
  await voxloop.shutdown();
  await sdk.shutdown();
  for (const api of [context, logs, metrics, propagation, trace]) api.disable();
  await receiver.close();
});

function open(options: Partial<InitOptions>): void {
  voxloop = init({ ...OPTIONS, endpoint: receiver.url, ...options });
}

test("beside an app's OpenTelemetry events go to the collector alone, in the trace of the active span", async () => {
  open({});
  const span = trace.getTracer("app").startSpan("POST /transfers");
  trace.getTracer("app").startActiveSpan("work", (active) => {
    voxloop.transaction("transfer").fail({ code: "E1042" });
    active.end();
  });
  span.end();
  voxloop.track("outside");
  await voxloop.flush();
  expect(records.getFinishedLogRecords()).toEqual([]);
  // Not ours: neither the request to the collector nor the events make spans.
  expect(spans.getFinishedSpans().map(({ name }) => name)).toEqual(["work", "POST /transfers"]);
  const work = spans.getFinishedSpans()[0]?.spanContext();
  expect(receiver.traces().map((traced) => traced?.traceId)).toEqual([
    work?.traceId,
    work?.traceId,
    undefined,
  ]);
  expect(receiver.traces()[0]?.spanId).toBe(work?.spanId);
});

test("through the global provider events are the app's records, with our names, ids and identity", async () => {
  open({ provider: "global", writeKey: undefined, endpoint: undefined });
  trace.getTracer("app").startActiveSpan("work", (active) => {
    voxloop.withCustomer("u-1").captureError(new Error("boom"));
    active.end();
  });
  await voxloop.flush();
  expect(receiver.requests).toEqual([]);
  const [record] = records.getFinishedLogRecords();
  expect(record).toMatchObject({
    eventName: "exception",
    severityNumber: 17,
    attributes: { "user.id": "u-1", "service.name": "core-bank", "exception.message": "boom" },
  });
  expect(record?.attributes["log.record.uid"]).toMatch(/-7/);
  expect(record?.spanContext?.traceId).toBe(spans.getFinishedSpans()[0]?.spanContext().traceId);
});

test("the global provider may be registered after the client", async () => {
  await sdk.shutdown();
  logs.disable();
  const later = new logsSdk.InMemoryLogRecordExporter();
  open({ provider: "global" });
  voxloop.track("lost: nobody listens yet");
  logs.setGlobalLoggerProvider(
    new logsSdk.LoggerProvider({ processors: [new logsSdk.SimpleLogRecordProcessor({ exporter: later })] }),
  );
  voxloop.track("heard");
  await voxloop.flush();
  expect(later.getFinishedLogRecords().map(({ eventName }) => eventName)).toEqual(["heard"]);
});

test("a provider of one's own is flushed, and not shut down, by the client", async () => {
  const mine = new logsSdk.InMemoryLogRecordExporter();
  const provider = new logsSdk.LoggerProvider({
    processors: [new logsSdk.BatchLogRecordProcessor({ exporter: mine })],
  });
  open({ provider });
  voxloop.track("a");
  await voxloop.flush();
  expect(mine.getFinishedLogRecords()).toHaveLength(1);
  await voxloop.shutdown();
  provider.getLogger("app").emit({ eventName: "the app's own" });
  await provider.forceFlush();
  expect(mine.getFinishedLogRecords()).toHaveLength(2);
  await provider.shutdown();
});
