import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import type { VoxEvent } from "../src/core/event.ts";
import { decodeRequest } from "../src/testing.ts";

export interface Received {
  at: number;
  path: string;
  key: string | undefined;
  contentType: string | undefined;
  encoding: string | undefined;
  status: number;
  events: VoxEvent[];
  traces: (Trace | undefined)[];
}

export interface Trace {
  traceId: string;
  spanId: string;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: object;
  /** Answers no sooner. */
  after?: Promise<void>;
}

/** A collector's front in a few lines: real HTTP, answers as told, else 200. Serves pages to a browser too. */
export interface Receiver {
  url: string;
  requests: Received[];
  /** The events of the requests that were answered with 200. */
  events(): VoxEvent[];
  /** The trace of each of these events. */
  traces(): (Trace | undefined)[];
  answerNext(...answers: Answer[]): void;
  servePage(html: string, headers?: Record<string, string>): void;
  until(isDone: () => boolean): Promise<void>;
  close(): Promise<void>;
}

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "content-type, x-voxloop-key",
  "access-control-expose-headers": "retry-after",
};

export async function startReceiver(): Promise<Receiver> {
  const requests: Received[] = [];
  const answers: Answer[] = [];
  let page: { html: string; headers: Record<string, string> } = { html: "", headers: {} };

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === "GET") {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...page.headers }).end(page.html);
    } else if (request.method === "OPTIONS") response.writeHead(204, CORS).end();
    else {
      const answer = answers.shift() ?? { status: 200 };
      requests.push(await readLogs(request, answer.status));
      await answer.after;
      response.writeHead(answer.status, { "content-type": "application/json", ...CORS, ...answer.headers });
      response.end(JSON.stringify(answer.body ?? {}));
    }
  }

  const server = createServer((request, response) => void receive(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    events: () => requests.filter(({ status }) => status === 200).flatMap(({ events }) => events),
    traces: () => requests.filter(({ status }) => status === 200).flatMap(({ traces }) => traces),
    answerNext: (...next) => void answers.push(...next),
    servePage(html, headers = {}) {
      page = { html, headers };
    },
    until: (isDone) => until(isDone, requests),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function readLogs(request: IncomingMessage, status: number): Promise<Received> {
  const raw = Buffer.concat((await request.toArray()) as Buffer[]);
  const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
  const url = new URL(request.url ?? "/", "http://receiver");
  const key = url.searchParams.get("key") ?? request.headers["x-voxloop-key"];
  return {
    at: Date.now(),
    path: url.pathname,
    key: Array.isArray(key) ? key[0] : key,
    contentType: request.headers["content-type"],
    encoding: request.headers["content-encoding"],
    status,
    events: decodeRequest(body.toString()),
    traces: readTraces(body.toString()),
  };
}

function readTraces(body: string): (Trace | undefined)[] {
  const { resourceLogs } = JSON.parse(body) as {
    resourceLogs: { scopeLogs: { logRecords: Partial<Trace>[] }[] }[];
  };
  return resourceLogs
    .flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords))
    .map(({ traceId, spanId }) => (traceId && spanId ? { traceId, spanId } : undefined));
}

async function until(isDone: () => boolean, requests: Received[]): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!isDone()) {
    if (Date.now() > deadline) throw new Error(`not within 15 s; received ${JSON.stringify(requests)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
