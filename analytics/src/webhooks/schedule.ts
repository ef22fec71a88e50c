import { createHash } from "node:crypto";

const MINUTE = 60;
const HOUR = 3_600;

/** Waits after the first, second, ... failed attempt, as Standard Webhooks 1.0 suggests them: three days in all. */
const WAITS_SECONDS = [
  5,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
const MAX_RETRY_AFTER_SECONDS = 24 * HOUR;
const JITTER = 0.2;

export interface FailedAttempt {
  deliveryId: string;
  /** Attempts so far, this one included. */
  attempts: number;
  now: Date;
  /** What the endpoint asked for; followed when it is later than ours, up to a day. */
  retryAfterSeconds: number | undefined;
}

/** When to try again, or undefined when that was the last attempt. */
export function nextAttempt({
  deliveryId,
  attempts,
  now,
  retryAfterSeconds = 0,
}: FailedAttempt): Date | undefined {
  const wait = WAITS_SECONDS[attempts - 1];
  if (wait === undefined) return undefined;
  const ours = wait * (1 + JITTER * fractionOf(`${deliveryId}:${attempts}`));
  const seconds = Math.max(ours, Math.min(retryAfterSeconds, MAX_RETRY_AFTER_SECONDS));
  return new Date(now.getTime() + Math.round(seconds * 1000));
}

/** Seconds of a Retry-After header, which is a number of them or a date (RFC 9110, 10.2.3). */
export function parseRetryAfter(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header)) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - now.getTime()) / 1000);
}

/** Spreads retries evenly over [0, 1): the same for the same attempt, so that a test can tell when it is due. */
function fractionOf(key: string): number {
  return createHash("sha256").update(key).digest().readUInt32BE() / 2 ** 32;
}
