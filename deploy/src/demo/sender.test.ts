import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { sendEvents } from "./sender.ts";
import type { SimulatedEvent } from "./session.ts";

const events: SimulatedEvent[] = Array.from({ length: 1_000 }, (_, index) => ({
  name: "e",
  time: 1_760_000_000_000 + index,
  release: "8.0.1",
  attributes: { "log.record.uid": `e${index}` },
}));

interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** A server that gives these replies in turn, the last one for ever. */
async function startServer(replies: readonly Reply[]) {
  const bodies: string[] = [];
  const times: number[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await readBody(request);
    const reply = replies[Math.min(bodies.length, replies.length - 1)];
    bodies.push(body);
    times.push(performance.now());
    response.writeHead(reply?.status ?? 200, reply?.headers).end(reply?.body ?? "{}");
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { endpoint, bodies, times, close: () => void server.close() };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

test("a collector that is full is asked again after the time it said", async () => {
  const server = await startServer([
    { status: 503, headers: { "retry-after": "1" } },
    { status: 503, headers: { "retry-after": "1" } },
    { status: 200 },
  ]);
  await sendEvents({ endpoint: server.endpoint, writeKey: "k" }, events.slice(0, 100));
  server.close();
  expect(server.bodies.length).toBe(3);
  expect(new Set(server.bodies).size).toBe(1);
  expect((server.times[2] ?? 0) - (server.times[0] ?? 0)).toBeGreaterThan(1_900);
});

test("every event is sent once when all goes well", async () => {
  const server = await startServer([{ status: 200 }]);
  await sendEvents({ endpoint: server.endpoint, writeKey: "k" }, events);
  server.close();
  const ids = server.bodies.flatMap((body) =>
    [...body.matchAll(/"stringValue":"(e\d+)"/g)].map((of) => of[1]),
  );
  expect(ids.length).toBe(1_000);
  expect(new Set(ids).size).toBe(1_000);
});

test.each([
  [{ status: 401, body: "no such key" }, /401: no such key/],
  [
    { status: 200, body: '{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"bad score"}}' },
    /bad score/,
  ],
])("the answer %j ends the play and is told", async (reply, reason) => {
  const server = await startServer([reply]);
  await expect(sendEvents({ endpoint: server.endpoint, writeKey: "k" }, events)).rejects.toThrow(reason);
  server.close();
});

test("an abort ends the wait for a full collector", async () => {
  const server = await startServer([{ status: 503, headers: { "retry-after": "30" } }]);
  const stop = new AbortController();
  const sent = sendEvents({ endpoint: server.endpoint, writeKey: "k", signal: stop.signal }, events);
  setTimeout(() => stop.abort(), 200);
  await expect(sent).rejects.toThrow(/abort/i);
  server.close();
});
