import type { Sink } from "./event.ts";
import { createOutbox, sendLast, waitingOf, type OutboxParts } from "./outbox.ts";
import type { Waiting } from "./queue.ts";
import { createSchedule } from "./schedule.ts";

/** A sink that also knows the comings and goings of a page. */
export interface Sender extends Required<Sink> {
  /** The page is being left, maybe for good: all that may still go goes, all else is on the shelf for the next page. */
  leave: () => void;
  /** The page or its network is back: take up what is on the shelf, and send. */
  resume: () => void;
}

/** Decides when to send: after an interval, when a batch is full, after a pause, at the end. One request at a time. */
export function createSender(parts: OutboxParts): Sender {
  const { settings, shelf, losses } = parts;
  const outbox = createOutbox(parts);
  const { items } = outbox;
  const schedule = createSchedule(settings, outbox);
  const parked: Waiting[] = [];
  const add = (more: readonly Waiting[]): void => {
    outbox.add(more);
    schedule.touch();
  };
  const resume = (): void => {
    shelf?.adopt(add);
    void schedule.flush();
  };
  return {
    add: (event) => add([waitingOf(event)]),
    flush: schedule.flush,
    async close() {
      await schedule.flush(true);
      schedule.stop();
      losses.add("closed", items.length);
    },
    open(isDurable) {
      shelf?.allow(isDurable);
      resume();
    },
    clear() {
      items.length = 0;
      shelf?.clear();
    },
    park(event, dueAt) {
      parked.push(waitingOf(event, dueAt));
      shelf?.put(parked);
    },
    unpark: () => shelf?.remove(parked.splice(0)),
    leave() {
      outbox.save();
      if (!schedule.isHeld()) sendLast(parts, outbox);
      if (shelf?.works()) items.length = 0;
      shelf?.release();
    },
    resume,
  };
}
