import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  at: number;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** Waits so long before it answers. */
  delayMs?: number;
}

/** A webhook endpoint on the loopback interface that keeps what it receives and answers as told. */
export async function openReceiver(answer: (count: number) => Answer = () => ({ status: 204 })) {
  const received: Received[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    mostAtOnce = Math.max(mostAtOnce, ++atOnce);
    const body = await text(request);
    received.push({ headers: request.headers, body, at: performance.now() });
    const { status, headers = {}, delayMs = 0 } = answer(received.length);
    await sleep(delayMs);
    atOnce--;
    response.writeHead(status, headers).end();
  }
  const server = createServer((request, response) => void receive(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    received,
    port,
    url: `http://127.0.0.1:${port}/hook`,
    mostAtOnce: () => mostAtOnce,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
