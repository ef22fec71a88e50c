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

export async function startConfigServer(): Promise<ConfigServer> {
  const asked: ConfigServer["asked"] = [];
  const events: VoxEvent[] = [];
  const files = new Map<string, { body: string; headers: Record<string, string> }>();
  let config: string | undefined;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://server");
    const send = (status: number, headers: object = {}, body = ""): void => {
      if (request.method !== "OPTIONS")
        asked.push({ method: request.method!, path: url.pathname, key: url.searchParams.get("key"), status });
      response.writeHead(status, { ...CORS, ...headers }).end(body);
    };
    if (request.method === "OPTIONS") return send(204);
    if (request.method === "POST") {
      const body = Buffer.concat((await request.toArray()) as Buffer[]).toString();
      events.push(...decodeRequest(body));
      return send(200, { "content-type": "application/json" }, "{}");
    }
    if (url.pathname === "/v1/config") return sendConfig(request, send);
    const file = files.get(url.pathname);
    const type = TYPES[url.pathname.split(".").pop()!] ?? "text/html";
    if (!file) return send(404);
    send(200, { "content-type": `${type}; charset=utf-8`, ...file.headers }, file.body);
  }
  function sendConfig(request: IncomingMessage, send: (...answer: [number, object?, string?]) => void): void {
    if (config === undefined) return send(404);
    const etag = `"${createHash("sha256").update(config).digest("hex").slice(0, 16)}"`;
    const isKnown = request.headers["if-none-match"] === etag;
    const headers = { "content-type": "application/json", etag, "cache-control": "no-cache" };
    send(isKnown ? 304 : 200, headers, isKnown ? "" : config);
  }

  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    events: () => events,
    publish(next) {
      config = next && JSON.stringify({ guidance: [], surveys: [], ...next });
    },
    serve: (path, body, headers = {}) => void files.set(path, { body, headers }),
    async until(isDone) {
      const deadline = Date.now() + 10_000;
      while (!isDone()) {
        if (Date.now() > deadline) throw new Error(`not within 10 s; received ${JSON.stringify(events)}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    clear() {
      asked.length = events.length = 0;
      config = undefined;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
