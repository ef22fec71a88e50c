import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { context, createContextKey } from "@opentelemetry/api";
import type { Transport } from "../core/event.ts";
import type { Settings } from "../core/options.ts";
import { readRetryAfter } from "../core/retry.ts";

const TIMEOUT_MS = 15_000;
/** A request in one packet gains nothing from compression. */
const GZIP_FROM_CHARS = 1_400;
/** The key of `suppressTracing` in OpenTelemetry's core: our own requests are not part of the app's traces. */
const SUPPRESS_TRACING = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");

const compress = promisify(gzip);

interface LogsResponse {
  partialSuccess?: { rejectedLogRecords?: number | string };
}

export function addressOf({ endpoint }: Settings): string {
  return `${endpoint}/v1/logs`;
}

export function headersOf({ writeKey }: Settings): Record<string, string> {
  return { "x-voxloop-key": writeKey, "content-type": "application/json" };
}

/** `fetch` with compressed bodies. */
export function createNodeTransport(settings: Settings): Transport {
  async function send(body: string): Promise<Response> {
    const isLong = body.length > GZIP_FROM_CHARS;
    return fetch(addressOf(settings), {
      method: "POST",
      body: isLong ? await compress(body) : body,
      headers: { ...headersOf(settings), ...(isLong && { "content-encoding": "gzip" }) },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  }
  return async ({ body }) => {
    const response = await context.with(context.active().setValue(SUPPRESS_TRACING, true), () => send(body));
    const answer = (await response.json().catch(() => undefined)) as LogsResponse | undefined;
    return {
      status: response.status,
      retryAfterMs: readRetryAfter(response.headers.get("retry-after"), Date.now()),
      rejected: Number(answer?.partialSuccess?.rejectedLogRecords) || 0,
    };
  };
}
