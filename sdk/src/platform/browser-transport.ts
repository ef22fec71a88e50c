import type { Transport, TransportReply } from "../core/event.ts";
import type { Settings } from "../core/options.ts";
import { NETWORK_ERROR, readRetryAfter } from "../core/retry.ts";

/** Browsers allow 64 KiB of keepalive bodies in flight, over all requests of a page (Fetch standard, 4.6). */
const KEEPALIVE_BYTES = 64 * 1024 - 512;
const TIMEOUT_MS = 15_000;

interface LogsResponse {
  partialSuccess?: { rejectedLogRecords?: number | string };
}

/** `fetch`, kept alive beyond the page where it is small enough; `sendBeacon` when that is refused at the page's end. */
export function createBrowserTransport({ endpoint, writeKey }: Settings): Transport {
  const url = `${endpoint}/v1/logs`;
  let keptAlive = 0;

  return async ({ body, isLast }) => {
    const { length } = new TextEncoder().encode(body);
    const keepalive = keptAlive + length <= KEEPALIVE_BYTES;
    if (isLast && !keepalive && beacon(url, writeKey, body)) return { status: 200 };
    if (keepalive) keptAlive += length;
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    try {
      return await post(url, writeKey, { body, keepalive, signal: abort.signal });
    } catch {
      return isLast && beacon(url, writeKey, body) ? { status: 200 } : NETWORK_ERROR;
    } finally {
      clearTimeout(timer);
      if (keepalive) keptAlive -= length;
    }
  };
}

async function post(url: string, writeKey: string, init: RequestInit): Promise<TransportReply> {
  const response = await fetch(url, {
    ...init,
    method: "POST",
    headers: { "x-voxloop-key": writeKey, "content-type": "application/json" },
    credentials: "omit",
    // The page's own address may hold what its query strings hold.
    referrerPolicy: "strict-origin",
  });
  const retryAfterMs = readRetryAfter(response.headers.get("retry-after"), Date.now());
  const answer = (await response.json().catch(() => undefined)) as LogsResponse | undefined;
  const rejected = Number(answer?.partialSuccess?.rejectedLogRecords ?? 0) || 0;
  return { status: response.status, retryAfterMs, rejected };
}

/** As text/plain, which needs no preflight, and so with the key in the address. False when the browser refuses. */
function beacon(url: string, writeKey: string, body: string): boolean {
  return globalThis.navigator?.sendBeacon?.(`${url}?key=${encodeURIComponent(writeKey)}`, body) ?? false;
}
