import { createHash } from "node:crypto";

const SKEW_TOLERANCE_MS = 30_000;
const FUTURE_TOLERANCE_MS = 10 * 60_000;
const OLDEST_MS = 400 * 24 * 3_600_000;

/**
 * How much to add to a client's times: the difference of the clocks when it is over 30 s, else 0. Whole seconds, so that a
 * batch sent again is nearly always corrected to the same times and its events collapse with the first ones.
 */
export function clockCorrection(sentAt: number | undefined, receivedAt: number): number {
  if (sentAt === undefined || !Number.isFinite(sentAt)) return 0;
  const skew = receivedAt - sentAt;
  return Math.abs(skew) > SKEW_TOLERANCE_MS ? Math.round(skew / 1000) * 1000 : 0;
}

/**
 * When it happened, Unix milliseconds: the event's own time on our clock; the time received when there is none, or none that
 * can be true (over ten minutes ahead, or more than 400 days old, which is a device with a reset clock).
 */
export function stampTime(of: { time: number | undefined; correction: number; receivedAt: number }): number {
  if (of.time === undefined) return of.receivedAt;
  const time = of.time + of.correction;
  const isCredible = time <= of.receivedAt + FUTURE_TOLERANCE_MS && time >= of.receivedAt - OLDEST_MS;
  return isCredible ? time : of.receivedAt;
}

/** Event ids for records that bring none: the same for the same bytes of the same project, so that a batch sent again counts once. */
export function deriveEventIds(project: string, body: Uint8Array): (index: number) => string {
  let digest: string | undefined;
  return (index) => {
    digest ??= createHash("sha256").update(project).update("\n").update(body).digest("hex").slice(0, 32);
    return `${digest}-${index}`;
  };
}
