import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { init, type InitOptions, type NodeVoxloop } from "../src/node.ts";
import { createMemoryTransport } from "../src/testing.ts";
import { startReceiver, type Receiver } from "./receiver.ts";

const OPTIONS = { writeKey: "vxk_node", service: "core-bank", release: "3.1.0", environment: "staging" };

describe("over HTTP", () => {
  let receiver: Receiver;
  let voxloop: NodeVoxloop;

  function open(options: Partial<InitOptions> = {}): void {
    voxloop = init({ ...OPTIONS, endpoint: receiver.url, ...options });
  }

  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(async () => {
    await voxloop.shutdown();
    await receiver.close();
  });

  test("events are posted as OTLP to /v1/logs with the write key", async () => {
    open();
    voxloop.withCustomer("u-1").transaction("transfer").fail({ code: "E1042" });
    await voxloop.flush();
    expect(receiver.requests).toMatchObject([
      { path: "/v1/logs", key: "vxk_node", contentType: "application/json" },
    ]);
    expect(receiver.events().map(({ attributes }) => attributes)).toMatchObject([
      { "service.name": "core-bank", "user.id": "u-1", "vox.outcome": "started" },
      { "service.name": "core-bank", "user.id": "u-1", "vox.outcome": "failed", "vox.error.code": "E1042" },
    ]);
  });

  test("a batch answered 503 is sent again after Retry-After, with the same ids", async () => {
    open();
    receiver.answerNext({ status: 503, headers: { "retry-after": "1" } });
    voxloop.track("once");
    voxloop.track("twice");
    await voxloop.flush();
    await receiver.until(() => receiver.requests.length === 2);
    const [first, second] = receiver.requests;
    expect(receiver.requests.map(({ status }) => status)).toEqual([503, 200]);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
    const ids = [first, second].map((request) =>
      request?.events.map(({ attributes }) => attributes["log.record.uid"]),
    );
    expect(ids[1]).toEqual(ids[0]);
  });

  test("history is replayed at the times of its clock", async () => {
    const now = new Date("2026-10-01T00:00:00.007Z");
    open({ now: () => now });
    voxloop.track("past");
    await voxloop.flush();
    expect(receiver.events().map(({ time }) => time)).toEqual([now.getTime()]);
  });

  test("a batch says when it left, so that the collector corrects a wrong clock, but not one of the app's own", async () => {
    open();
    voxloop.track("now");
    await voxloop.flush();
    const [event] = receiver.events();
    expect(Math.abs(Number(event?.attributes["vox.sent_at"]) - Number(event?.time))).toBeLessThan(60_000);
    expect(event?.attributes["log.record.uid"]).toMatch(/^[\da-f]{8}-[\da-f]{4}-7/);
    await voxloop.shutdown();
    open({ now: () => new Date("2026-10-01") });
    voxloop.track("then");
    await voxloop.flush();
    expect(receiver.events().at(-1)?.attributes).not.toHaveProperty("vox.sent_at");
  });

  test("a large batch is compressed", async () => {
    open();
    for (let index = 0; index < 100; index++) voxloop.track("tick", { index });
    await voxloop.flush();
    expect(receiver.requests.map(({ encoding }) => encoding)).toEqual(["gzip"]);
    expect(receiver.events()).toHaveLength(100);
  });

  test("ten thousand events arrive, each once", async () => {
    open({ maxQueueSize: 20_000 });
    for (let index = 0; index < 10_000; index++) voxloop.track("tick", { index });
    await voxloop.flush();
    const indexes = receiver.events().map(({ attributes }) => attributes["index"]);
    expect(indexes).toEqual(Array.from({ length: 10_000 }, (_, index) => index));
  });

  test("two flushes at once both wait for what was queued before them", async () => {
    open();
    voxloop.track("a");
    const first = voxloop.flush();
    voxloop.track("b");
    await voxloop.flush();
    expect(receiver.events().map(({ name }) => name)).toEqual(["a", "b"]);
    await first;
  });
});

describe("without a collector", () => {
  test("a full queue drops the oldest event that is no error first, and reports how many once it flows again", async () => {
    const memory = createMemoryTransport();
    const voxloop = init({ ...OPTIONS, endpoint: "http://x", transport: memory.transport, maxQueueSize: 20 });
    memory.answerNext({ status: 503 });
    voxloop.captureError(new Error("kept"));
    for (let index = 0; index < 30; index++) voxloop.track("tick", { index });
    await voxloop.flush();
    await voxloop.flush();
    await voxloop.flush();
    const ticks = memory.events.filter(({ name }) => name === "tick");
    expect(ticks.map(({ attributes }) => attributes["index"])).toEqual(
      Array.from({ length: 19 }, (_, index) => index + 11),
    );
    expect(memory.events.map(({ name }) => name)).toContain("exception");
    expect(memory.events.at(-1)).toMatchObject({
      name: "vox.events.dropped",
      attributes: { "vox.drop.reason": "queue_full", "vox.drop.count": 11 },
    });
    await voxloop.shutdown();
  });

  test("a shutdown tries once more and does not wait for a server that is away", async () => {
    const memory = createMemoryTransport();
    const voxloop = init({
      ...OPTIONS,
      endpoint: "http://x",
      transport: memory.transport,
      flushIntervalMs: 10,
    });
    memory.answerNext({ status: 0 });
    memory.answerNext({ status: 0 });
    voxloop.track("lost");
    while (memory.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await voxloop.shutdown();
    expect(memory.requests).toHaveLength(2);
  });
});

describe("a client for one customer", () => {
  test("has its own customer, screen and attributes, and leaves the others alone", async () => {
    const memory = createMemoryTransport();
    const voxloop = init({ ...OPTIONS, endpoint: "http://x", transport: memory.transport, channel: "app" });
    const li = voxloop.withCustomer({ installationId: "i-1", sessionId: "s-1" }, { "vox.audience": "care" });
    const han = voxloop.withCustomer("u-2", { "vox.channel": "wechat", "service.version": "8.0.2" });
    li.screen("home");
    han.track("x");
    li.identify("u-1");
    voxloop.track("y");
    await li.shutdown();
    expect(memory.events.map(({ attributes }) => attributes)).toMatchObject([
      {
        "app.installation.id": "i-1",
        "session.id": "s-1",
        "app.screen.name": "home",
        "vox.audience": "care",
      },
      { "user.id": "u-2", "vox.channel": "wechat", "service.version": "8.0.2" },
      { "user.id": "u-1", "app.installation.id": "i-1", "session.id": "s-1" },
      { "vox.channel": "app", "service.version": "3.1.0" },
    ]);
    expect(memory.events[1]?.attributes).not.toHaveProperty("app.screen.name");
    expect(memory.events[3]?.attributes).not.toHaveProperty("user.id");
    han.track("after another client's shutdown");
    await voxloop.shutdown();
    expect(memory.events).toHaveLength(5);
  });
});
