import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openScheduler } from "@voxloop/analytics";
import { observeCollector, type CollectorStats } from "@voxloop/collector";
import { timeJobs } from "./jobs.ts";
import { timeRequests } from "./requests.ts";
import { observeRuntime } from "./runtime.ts";
import { openTelemetry } from "./telemetry.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Everything that OpenTelemetry's SDK sends, by path. */
const received = new Map<string, string>();
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const path = request.url ?? "";
    received.set(path, (received.get(path) ?? "") + Buffer.concat(chunks).toString("utf8"));
    response.setHeader("content-type", "application/json").end("{}");
  });
});

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = `http://127.0.0.1:${port}`;
  process.env["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/json";
});
afterAll(() => {
  delete process.env["OTEL_EXPORTER_OTLP_ENDPOINT"];
  delete process.env["OTEL_EXPORTER_OTLP_PROTOCOL"];
  server.close();
});

const labels = (route: string, status: number) =>
  `http_request_method="GET",http_route="${route}",http_response_status_code="${status}"`;

test("an answer is timed by its route and status, whatever address was asked for", async () => {
  const telemetry = await openTelemetry(undefined, silent);
  const stop = observeRuntime(telemetry.meters);
  const inner = new Hono()
    .get("/things/:id", (context) => context.text("here"))
    .get("/broken", () => {
      throw new Error("no");
    });
  inner.onError((_, context) => context.text("broken", 500));
  const app = new Hono().use(timeRequests(telemetry)).route("/api", inner);
  app.get("/*", (context) => context.text("any page"));
  for (const path of ["/api/things/1", "/api/things/2?key=vwk_secret", "/api/broken", "/made/up"])
    await app.request(path);
  await app.request("/api/things/3", { method: "BREW" });
  const text = await telemetry.render();
  const count = (labels: string) =>
    text.split("\n").find((line) => line.startsWith(`http_server_request_duration_seconds_count{${labels}`));
  expect(count(labels("/api/things/:id", 200))).toMatch(/ 2$/);
  expect(count(labels("/api/broken", 500))).toMatch(/ 1$/);
  expect(count(labels("/*", 200))).toMatch(/ 1$/);
  expect(count(`http_request_method="_OTHER"`)).toMatch(/ 1$/);
  expect(text).not.toMatch(/vwk_secret|made|things\/1|BREW/);
  expect(text).toMatch(/^process_memory_usage_bytes \d{7,}$/m);
  expect(text).toMatch(/^nodejs_eventloop_delay_seconds\{quantile="0.99"\}/m);
  stop();
  await telemetry.close();
});

const expected = (accepted: number) => [
  `voxloop_collector_accepted_events_total ${accepted}`,
  'voxloop_collector_rejected_total{reason="malformed"} 2',
  'voxloop_collector_redacted_total{rule="card"} 1',
  "voxloop_collector_inserted_events_total 2",
  "voxloop_collector_insert_errors_total 4",
  "voxloop_collector_poisoned_rows_total 5",
  "voxloop_collector_reports_dropped_total 11",
  "voxloop_collector_spool_syncs_total 9",
  "voxloop_collector_spool_bytes 6",
  "voxloop_collector_spool_quota_bytes 7",
  "voxloop_collector_drain_lag_seconds 0.25",
  "voxloop_collector_spool_disk_free_bytes 10",
  "voxloop_collector_spool_oldest_seconds 8.5",
];

test("a collector's numbers are told as they are when somebody asks", async () => {
  const telemetry = await openTelemetry(undefined, silent);
  const stats = {
    accepted: 3,
    rejected: { malformed: 2 },
    redacted: { card: 1 },
    drained: 2,
    insertErrors: 4,
    poisoned: 5,
    spoolBytes: 6,
    spoolMaxBytes: 7,
    spoolOldestSeconds: 8.5,
    spoolSyncs: 9,
    diskFreeBytes: 10,
    drainLagSeconds: 0.25,
    reportsDropped: 11,
  };
  for (const meter of telemetry.meters) observeCollector(meter, () => stats as unknown as CollectorStats);
  const read = async () =>
    (await telemetry.render()).split("\n").filter((line) => line.startsWith("voxloop_collector_"));
  expect(await read()).toEqual(expected(3));
  stats.accepted = 30;
  expect(await read()).toEqual(expected(30));
  await telemetry.close();
});

test("a job's runs are timed by their outcome", async () => {
  const telemetry = await openTelemetry(undefined, silent);
  const scheduler = timeJobs(await openScheduler({ log: silent }), telemetry);
  const done = new Promise<void>((resolve) => scheduler.define("good", async () => resolve()));
  const tried = new Promise<void>((resolve) =>
    scheduler.define("bad", async () => {
      resolve();
      throw new Error("no");
    }),
  );
  await scheduler.start();
  for (const job of ["good", "bad"]) await scheduler.enqueue(job);
  await Promise.all([done, tried]);
  await scheduler.stop();
  const text = await telemetry.render();
  expect(text).toMatch(/^voxloop_job_duration_seconds_count\{job="good",outcome="succeeded"\} 1$/m);
  expect(text).toMatch(/^voxloop_job_duration_seconds_count\{job="bad",outcome="failed"\} [1-9]$/m);
  await telemetry.close();
});

test("an OTLP receiver gets metrics, spans and logs, and a failed log's cause", async () => {
  const telemetry = await openTelemetry({ serviceName: "voxloop-collector", hasOwnSampler: false }, silent);
  const app = new Hono().use(timeRequests(telemetry)).post("/v1/logs", (context) => context.json({}));
  for (let i = 0; i < 400; i += 1) await app.request("/v1/logs", { method: "POST" });
  telemetry.log.error({ err: new Error("disk is gone"), batch: "b1" }, "an insert failed");
  await telemetry.close();
  const metrics = received.get("/v1/metrics") ?? "";
  expect(metrics).toContain('"http.server.request.duration"');
  expect(metrics).toContain("voxloop-collector");
  // About one request in twenty: fewer than 4 or more than 60 of 400 is once in a hundred thousand runs.
  const spans = (received.get("/v1/traces") ?? "").split('"name":"POST /v1/logs"').length - 1;
  expect(spans).toBeGreaterThan(3);
  expect(spans).toBeLessThan(60);
  const logs = received.get("/v1/logs") ?? "";
  expect(logs).toContain("an insert failed");
  expect(logs).toContain("disk is gone");
});
