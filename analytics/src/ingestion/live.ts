import { setTimeout as sleep } from "node:timers/promises";
import type { SSEStreamingApi } from "hono/streaming";
import type { Logger } from "../deps.ts";
import type { Tail } from "./tail.ts";

/** In milliseconds. */
export const PACE = {
  look: 1_000,
  heartbeat: 15_000,
  /** Between two looks whether the reader may still read. */
  check: 5_000,
  /** A browser comes back by itself and goes on where it was; so no connection lives for ever. */
  life: 15 * 60_000,
};
const RECONNECT_MS = 2_000;

export interface Live {
  tail: Tail;
  /** Rejects once the reader may not read any more. */
  assertAllowed: () => Promise<void>;
  /** Fires when nobody listens or the process stops. */
  signal: AbortSignal;
  log: Logger;
  pace: typeof PACE;
}

type End = "not allowed" | "time is up" | "unavailable" | "stopping";

/** Sends what lands, until the reader leaves or one of the ends comes; the last message says which. */
export async function streamLive(stream: SSEStreamingApi, live: Live): Promise<void> {
  await stream.writeSSE({ event: "hello", data: "{}", retry: RECONNECT_MS });
  const end = await sendUntilEnd(stream, live);
  if (!stream.aborted) await stream.writeSSE({ event: "end", data: JSON.stringify({ reason: end }) });
}

async function sendUntilEnd(
  stream: SSEStreamingApi,
  { tail, assertAllowed, signal, log, pace }: Live,
): Promise<End> {
  const start = performance.now();
  let [sentAt, checkedAt] = [start, start];
  while (!signal.aborted) {
    const now = performance.now();
    if (now - start > pace.life) return "time is up";
    if (now - checkedAt > pace.check) {
      checkedAt = now;
      const isAllowed = await assertAllowed().then(
        () => true,
        () => false,
      );
      if (!isAllowed) return "not allowed";
    }
    try {
      const batch = await tail.look();
      if (batch.events.length > 0) {
        await stream.writeSSE({ event: "events", id: String(tail.position), data: JSON.stringify(batch) });
        sentAt = now;
      }
    } catch (error) {
      log.warn({ error: String(error) }, "a live tail ended: the warehouse did not answer");
      return "unavailable";
    }
    if (now - sentAt > pace.heartbeat) {
      // A comment, which tells proxies and the browser that somebody is there.
      await stream.write(": still here\n\n");
      sentAt = now;
    }
    await sleep(pace.look, undefined, { signal }).catch(() => undefined);
  }
  return "stopping";
}
