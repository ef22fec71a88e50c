import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An app's server: pages as told by path, and an API that answers with the status in its path. */
export interface Site {
  url: string;
  pages: Map<string, string>;
  /** Headers of every page. */
  headers: Record<string, string>;
  /** What the API was asked. */
  calls: { path: string; headers: IncomingMessage["headers"]; body: string }[];
  close(): Promise<void>;
}

const CORS = { "access-control-allow-origin": "*", "access-control-allow-headers": "traceparent, x-app" };

export async function startSite(): Promise<Site> {
  const site = { pages: new Map<string, string>(), headers: {}, calls: [] as Site["calls"] };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path } = new URL(request.url ?? "/", "http://site");
    if (!path.startsWith("/api/")) {
      const html = site.pages.get(path) ?? [...site.pages.values()].at(-1);
      response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...site.headers }).end(html);
      return;
    }
    if (request.method === "OPTIONS") return void response.writeHead(204, CORS).end();
    const body = Buffer.concat((await request.toArray()) as Buffer[]).toString();
    site.calls.push({ path, headers: request.headers, body });
    if (path.endsWith("/cut")) return void request.socket.destroy();
    if (path.endsWith("/hang")) return;
    response.writeHead(Number(/\/(\d{3})$/.exec(path)?.[1] ?? 200), {
      "content-type": "text/plain",
      ...CORS,
    });
    response.write("one,");
    setTimeout(() => response.end("two"), path.includes("/slow") ? 200 : 0);
  }

  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(site, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  });
}
