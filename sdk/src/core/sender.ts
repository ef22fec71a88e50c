import type { Sink } from "./event.ts";
import { createOutbox, type OutboxParts } from "./outbox.ts";
import { createPause } from "./pause.ts";

export interface SenderParts extends OutboxParts {
  /** In [0, 1). */
  random: () => number;
}

/** A sink that also knows the last moment of a page. */
export interface Sender extends Sink {
  /** Sends everything at once, in pieces that a page going away may still send. What fails stays queued. */
  flushLast: () => void;
}

/** Decides when to send: after an interval, when a batch is full, after a pause, at the end. One request at a time. */
export function createSender(parts: SenderParts): Sender {
  const pause = createPause(parts.random, () => void drain());
  const outbox = createOutbox(parts, pause);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sending: Promise<void> | undefined;

  function drain(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    sending ??= outbox.sendQueued().finally(() => {
      sending = undefined;
      schedule();
    });
    return sending;
  }

  function schedule(): void {
    if (pause.isOn() || outbox.size() === 0) return;
    timer ??= setTimeout(() => void drain(), parts.settings.flushIntervalMs);
  }

  async function sendNow(isLastChance: boolean): Promise<void> {
    await sending;
    if (pause.isOrdered() && !isLastChance) return;
    pause.end();
    await drain();
  }

  return {
    add(event) {
      outbox.add(event);
      if (outbox.size() >= parts.settings.maxBatchSize) void drain();
      else schedule();
    },
    flush: () => sendNow(false),
    async close() {
      await sendNow(true);
      pause.end();
      clearTimeout(timer);
      parts.losses.add("closed", outbox.size());
    },
    flushLast: outbox.sendLast,
  };
}
