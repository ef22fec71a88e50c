import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { RemoteConfig } from "@voxloop/contract";
import type { VoxEvent } from "../src/core/event.ts";
import { decodeRequest } from "../src/testing.ts";

/** A collector's front that also gives the remote config, and a site with files. Real HTTP. */
export interface ConfigServer {
  url: string;
  /** What was asked for, oldest first: method, path, and the status it was answered with. */
  asked: { method: string; path: string; key: string | null; status: number }[];
  events: () => VoxEvent[];
  /** Undefined: 404. */
  publish: (config: Partial<RemoteConfig> | undefined) => void;
  serve: (path: string, body: string, headers?: Record<string, string>) => void;
  until: (isDone: () => boolean) => Promise<void>;
  clear: () => void;
  close: () => Promise<void>;
}

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "content-type, x-voxloop-key, if-none-match",
  "access-control-expose-headers": "retry-after, etag",
};
const TYPES: Record<string, string> = { js: "text/javascript", map: "application/json" };

interface Held {
  asked: ConfigServer["asked"];
  events: VoxEvent[];
  files: Map<string, { body: string; headers: Record<string, string> }>;
  config?: string | undefined;
}

export async function startConfigServer(): Promise<ConfigServer> {
  const held: Held = { asked: [], events: [], files: new Map() };
  const server = createServer((request, response) => void answer(held, request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: held.asked,
    events: () => held.events,
    publish(next) {
      held.config = next && JSON.stringify({ guidance: [], surveys: [], ...next });
    },
    serve: (path, body, headers = {}) => void held.files.set(path, { body, headers }),
    until: (isDone) => until(isDone, held.events),
    clear() {
      held.asked.length = held.events.length = 0;
      held.config = undefined;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function answer(held: Held, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === "OPTIONS") return void response.writeHead(204, CORS).end();
  const url = new URL(request.url ?? "/", "http://server");
  const { status = 200, headers, body } = await find(held, request, url.pathname);
  held.asked.push({ method: request.method!, path: url.pathname, key: url.searchParams.get("key"), status });
  response.writeHead(status, { ...CORS, ...headers }).end(body);
}

interface Found {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
}

async function find(held: Held, request: IncomingMessage, path: string): Promise<Found> {
  if (request.method === "POST") {
    const body = Buffer.concat((await request.toArray()) as Buffer[]).toString();
    held.events.push(...decodeRequest(body));
    return { headers: { "content-type": "application/json" }, body: "{}" };
  }
  if (path === "/v1/config") return findConfig(held.config, request);
  const file = held.files.get(path);
  const type = TYPES[path.split(".").pop()!] ?? "text/html";
  if (!file) return { status: 404 };
  return { headers: { "content-type": `${type}; charset=utf-8`, ...file.headers }, body: file.body };
}

function findConfig(config: string | undefined, request: IncomingMessage): Found {
  if (config === undefined) return { status: 404 };
  const etag = `"${createHash("sha256").update(config).digest("hex").slice(0, 16)}"`;
  const headers = { "content-type": "application/json", etag, "cache-control": "no-cache" };
  return request.headers["if-none-match"] === etag ? { status: 304, headers } : { headers, body: config };
}

async function until(isDone: () => boolean, events: VoxEvent[]): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!isDone()) {
    if (Date.now() > deadline) throw new Error(`not within 10 s; received ${JSON.stringify(events)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
