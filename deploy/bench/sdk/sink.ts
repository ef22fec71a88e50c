import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface SinkServer {
  url: string;
  close: () => Promise<void>;
}

const CORS = { "access-control-allow-origin": "*", "access-control-allow-headers": "*" };

/** Serves one page, and takes everything else without looking at it. */
export async function serve(html: string): Promise<SinkServer> {
  const server = createServer((request, response) => {
    request.resume();
    if (request.method === "GET") response.writeHead(200, { "content-type": "text/html" }).end(html);
    else
      request.on("end", () =>
        response.writeHead(200, { "content-type": "application/json", ...CORS }).end("{}"),
      );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
