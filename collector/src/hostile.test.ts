import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { fuzz } from "./testing/fuzz/fuzz.ts";
import { countRows, keepEveryRow } from "./testing/fuzz/stored.ts";
import { logsRequest, startCollector, type StartedCollector } from "./testing/start-collector.ts";

let warehouse: Warehouse;
let started: StartedCollector | undefined;
const sockets: Socket[] = [];
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
  await keepEveryRow(warehouse);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await started?.stop();
  started = undefined;
});
afterAll(() => warehouse.close());

const errors: string[] = [];
const log = { debug() {}, info() {}, warn() {}, error: (_: object, text: string) => void errors.push(text) };

async function start(options: Parameters<typeof startCollector>[1] = {}): Promise<StartedCollector> {
  errors.length = 0;
  started = await startCollector(warehouse, { log, ...options });
  return started;
}

const HEAD =
  "POST /v1/logs HTTP/1.1\r\nhost: x\r\nx-voxloop-key: vwk_good\r\ncontent-type: application/json\r\n";

/** Opens a connection, writes to it, and gives all that comes back until the other side ends it. */
async function dribble(url: string, text: string): Promise<{ socket: Socket; answer: Promise<string> }> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  sockets.push(socket);
  await once(socket, "connect");
  let received = "";
  const answer = new Promise<string>((resolve) => {
    socket.on("data", (data: Buffer) => (received += data.toString()));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(received));
  });
  await new Promise((written) => socket.write(text, written));
  return { socket, answer };
}

const post = (url: string, eventName: string) => {
  const headers = { "content-type": "application/json", "x-voxloop-key": "vwk_good" };
  return fetch(`${url}/v1/logs`, { method: "POST", body: logsRequest([{ eventName }]), headers });
};

test("of thousands of made-up requests none is answered 5xx, and what is acknowledged is stored exactly once", async () => {
  const { collector, url } = await start({ workers: 1 });
  const seed = 20_261_125;
  const result = await fuzz({ requests: 1_500, seed, app: collector.app, url });
  await collector.drained();
  const stored = await countRows(warehouse);
  expect(result.failures, `seed ${seed}`).toEqual([]);
  expect(result.acknowledged).toBeGreaterThan(300);
  expect(stored.all + collector.stats().poisoned).toBe(collector.stats().accepted);
  expect({ rows: stored.intact, ids: stored.intactIds }).toEqual({
    rows: result.acknowledged,
    ids: result.acknowledged,
  });
});

test.each([
  ["of a small announced body", `${HEAD}content-length: 100\r\n\r\n{`],
  ["of a large announced body", `${HEAD}content-length: 1000000\r\n\r\n{`],
  ["of a body of unknown length", `${HEAD}transfer-encoding: chunked\r\n\r\n1\r\n{\r\n`],
])(
  "the sender %s that does not come is told to send it again, and its connection is ended",
  async (_, text) => {
    const { url, collector } = await start({ bodyLimits: { deadlineMs: 300 } });
    const { answer } = await dribble(url, text);
    expect(await answer).toMatch(/^HTTP\/1\.1 503 .*retry-after: 5\r\n.*took over 300 ms/is);
    expect(collector.stats().rejected.unavailable).toBe(1);
  },
);

test("a connection without a whole head is ended", async () => {
  const { url } = await start({ server: { headersTimeout: 500, connectionsCheckingInterval: 100 } });
  const { answer } = await dribble(url, HEAD);
  expect(await answer).toMatch(/^HTTP\/1\.1 408 /);
});

test("a sender that leaves in the middle of its body is no error", async () => {
  const { url, collector } = await start();
  for (const length of [100, 1_000_000]) {
    const { socket } = await dribble(url, `${HEAD}content-length: ${length}\r\n\r\n{"resourceLogs":`);
    socket.destroy();
  }
  await expect.poll(() => collector.stats().rejected.interrupted).toBe(2);
  expect(errors).toEqual([]);
  expect(collector.stats().rejected.internal).toBe(0);
});

const half = "x".repeat(140_000);

test("bodies over the room for those that are coming are told to come again, and taken when there is room", async () => {
  const { url } = await start({ bodyLimits: { arrivingBytes: 300_000, givesWayAfterMs: 60_000 } });
  const slow = [await dribble(url, ""), await dribble(url, "")];
  for (const { socket } of slow) socket.write(`${HEAD}content-length: 200000\r\n\r\n${half}`);
  await sleep(300);
  const large = () => dribble(url, `${HEAD}connection: close\r\ncontent-length: 140000\r\n\r\n${half}`);
  expect(await (await large()).answer).toMatch(/^HTTP\/1\.1 503 .*retry-after: 5\r\n.*too many bodies/is);
  expect((await post(url, "small.fits")).status).toBe(200);
  for (const { socket } of slow) socket.destroy();
  await sleep(100);
  expect(await (await large()).answer).toMatch(/^HTTP\/1\.1 400 .*not JSON/is);
});

test("a slow body gives way to another when there is no room", async () => {
  const { url } = await start({ bodyLimits: { arrivingBytes: 150_000, givesWayAfterMs: 200 } });
  const slow = await dribble(url, `${HEAD}content-length: 200000\r\n\r\n${half}`);
  await sleep(400);
  const next = await dribble(url, `${HEAD}connection: close\r\ncontent-length: 140000\r\n\r\n${half}`);
  expect(await next.answer).toMatch(/^HTTP\/1\.1 400 .*not JSON/is);
  expect(await slow.answer).toMatch(/^HTTP\/1\.1 503 .*too slowly/is);
});

test("five hundred slow connections neither stop others nor hold memory for what they only announce", async () => {
  const { url } = await start({ bodyLimits: { arrivingBytes: 4 * 1024 * 1024 } });
  const text = `${HEAD}content-length: 4000000\r\n\r\n${"x".repeat(1_000)}`;
  for (let count = 0; count < 500; count += 50)
    await Promise.all(Array.from({ length: 50 }, () => dribble(url, text)));
  const before = performance.now();
  for (let count = 0; count < 20; count += 1) expect((await post(url, "beside.slow")).status).toBe(200);
  expect(performance.now() - before).toBeLessThan(5_000);
});

test("records that each claim the rest of a long body take no longer than its bytes", async () => {
  const { collector } = await start();
  // A record whose attribute's key says that it is ten megabytes long.
  const record = Buffer.from([0x12, 0x08, 0x32, 0x06, 0x0a, 0x80, 0x80, 0x80, 0x05, 0x78]);
  const filler = Buffer.alloc(3_800_000, "x");
  const scope = Buffer.concat([
    ...Array.from({ length: 5_000 }, () => record),
    Buffer.from([0x22, ...varint(filler.length)]),
    filler,
  ]);
  const scopes = Buffer.concat([Buffer.from([0x12, ...varint(scope.length)]), scope]);
  const body = Buffer.concat([Buffer.from([0x0a, ...varint(scopes.length)]), scopes]);
  const headers = { "content-type": "application/x-protobuf", "x-voxloop-key": "vwk_good" };
  const before = performance.now();
  const response = await collector.app.request("/v1/logs", { method: "POST", body, headers });
  expect(response.status).toBe(400);
  expect(performance.now() - before).toBeLessThan(2_000);
});

test("a small body that unpacks to millions of brackets is refused before it is parsed", async () => {
  const { collector } = await start();
  const headers = {
    "content-type": "application/json",
    "content-encoding": "gzip",
    "x-voxloop-key": "vwk_good",
  };
  for (const text of ["[".repeat(8_000_000), `{"resourceLogs":[${"{},".repeat(5_000_000)}{}]}`]) {
    const before = process.memoryUsage.rss();
    const init = { method: "POST", body: new Uint8Array(gzipSync(text)), headers };
    expect((await collector.app.request("/v1/logs", init)).status).toBe(413);
    expect(process.memoryUsage.rss() - before).toBeLessThan(150 * 1024 * 1024);
  }
});

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
