import type { Transport } from "../core/event.ts";
import type { Settings } from "../core/options.ts";
import { readRetryAfter } from "../core/retry.ts";

/** Browsers allow 64 KiB of bodies that outlive their page (Fetch standard, 4.6). */
const KEEPALIVE_BYTES = 60_000;
const TIMEOUT_MS = 15_000;

interface LogsResponse {
  partialSuccess?: { rejectedLogRecords?: number | string };
}

/** `fetch`, in requests that outlive the page where they are small enough. */
export function createBrowserTransport(settings: Settings): Transport {
  return async ({ body }) => {
    const response = await fetch(urlOf(settings), {
      method: "POST",
      body,
      keepalive: new Blob([body]).size < KEEPALIVE_BYTES,
      credentials: "omit",
      // The page's own address may hold what its query strings hold.
      referrerPolicy: "strict-origin",
      // Browsers before 2022 have their own limit only.
      signal: AbortSignal.timeout?.(TIMEOUT_MS),
    });
    const answer = (await response.json().catch(() => undefined)) as LogsResponse | undefined;
    return {
      status: response.status,
      retryAfterMs: readRetryAfter(response.headers.get("retry-after"), Date.now()),
      rejected: Number(answer?.partialSuccess?.rejectedLogRecords) || 0,
    };
  };
}

/** False when the browser refuses. Offline it would take it, and lose it. */
export function sendBeacon(settings: Settings, body: string): boolean {
  return navigator.onLine && navigator.sendBeacon?.(urlOf(settings), body);
}

/** With the key in the address and the body as text/plain a request needs no preflight. The key may be public. */
function urlOf({ endpoint, writeKey }: Settings): string {
  return `${endpoint}/v1/logs?key=${encodeURIComponent(writeKey)}`;
}
