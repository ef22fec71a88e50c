import type { Outbox } from "./outbox.ts";
import { retryDelayMs } from "./retry.ts";

export interface Schedule {
  /** To be called when there is something to send. */
  touch: () => void;
  /** Sends what waits by now. A time that the server named is kept, unless this is the last chance. */
  flush: (isLastChance?: boolean) => Promise<void>;
  /** True between a failure and the next attempt. */
  isHeld: () => boolean;
  stop: () => void;
}

const FAILED = 1;
const ORDERED = 2;

/** When to send: after an interval, when a batch is full, after a pause. One request at a time. */
export function createSchedule(
  { flushIntervalMs, maxBatchSize }: { flushIntervalMs: number; maxBatchSize: number },
  { items, attempt }: Outbox,
): Schedule {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hold = 0;
  let failures = 0;
  let sending: Promise<void> | undefined;

  function stop(): void {
    clearTimeout(timer);
    timer = undefined;
    hold = 0;
  }
  function drain(): Promise<void> {
    stop();
    return (sending ??= sendWaiting().finally(() => {
      sending = undefined;
      touch();
    }));
  }
  function touch(): void {
    if (hold || !items.length) return;
    if (items.length >= maxBatchSize) void drain();
    else timer ??= setTimeout(drain, flushIntervalMs);
  }
  function refused(retryAfterMs: number | undefined): void {
    stop();
    hold = retryAfterMs === undefined ? FAILED : ORDERED;
    timer = setTimeout(drain, retryDelayMs(++failures, retryAfterMs, Math.random()));
  }
  async function sendWaiting(): Promise<void> {
    let left = items.length;
    while (left > 0 && items.length && !hold) {
      left -= await attempt(refused);
      if (!hold) failures = 0;
    }
  }
  return {
    touch,
    stop,
    isHeld: () => hold > 0,
    async flush(isLastChance) {
      await sending;
      if (hold !== ORDERED || isLastChance) await drain();
    },
  };
}
