import type { TransportReply } from "./event.ts";

const FIRST_MS = 1_000;
const MAX_MS = 60_000;
/** A server that asks for more is not believed: a mistyped date would silence the app for good. */
const RETRY_AFTER_MAX_MS = 3_600_000;

/** OTLP retries these and nothing else (OTLP 1.x, "Retryable Response Codes"); 0 is a network error. */
export function isRetryable(status: number): boolean {
  return !status || status === 429 || (status > 501 && status < 505);
}

/** How long to wait after `failures` failures in a row: what the server asked for, else exponential; jittered. */
export function retryDelayMs(failures: number, retryAfterMs: number | undefined, random: number): number {
  if (retryAfterMs !== undefined) return Math.min(retryAfterMs, RETRY_AFTER_MAX_MS) * (1 + random / 10);
  return Math.min(MAX_MS, FIRST_MS * 2 ** (failures - 1)) * (0.5 + random / 2);
}

/** `Retry-After` in milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3). */
export function readRetryAfter(header: string | null, now: number): number | undefined {
  if (!header) return undefined;
  const delay = Number(header) * 1_000 || Date.parse(header) - now;
  return Number.isNaN(delay) ? undefined : Math.max(0, delay);
}

export const NETWORK_ERROR: TransportReply = { status: 0 };
