import { ATTR } from "@voxloop/contract";
import type { Sink, Transport, TransportReply } from "./event.ts";
import { later } from "./later.ts";
import type { Losses } from "./losses.ts";
import type { Settings } from "./options.ts";
import { encodeRecord, encodeRequest, isErrorEvent } from "./otlp.ts";
import { takeBatch, takeExcess, type Waiting } from "./queue.ts";
import { isRetryable, NETWORK_ERROR, retryDelayMs } from "./retry.ts";
import type { Shelf } from "./shelf.ts";

/** Characters of records in one request: at most 1.5 MiB of UTF-8, and the collector takes 4 MiB. */
const BATCH_CHARS = 512 * 1024;
/** Browsers allow 64 KiB of bodies that outlive the page (Fetch standard, 4.6); Chinese takes three bytes a character. */
const LAST_BATCH_CHARS = 18_000;

/** Why nothing is sent for now: an attempt failed, or the server named a time, which only the last chance cuts short. */
const FAILED = 1;
const ORDERED = 2;

export interface SenderParts {
  settings: Settings;
  losses: Losses;
  /** Called after each delivery: the moment to report losses. */
  onDelivered: () => void;
  transport: Transport;
  /** Sends a body in a way that outlives the page; false when there is none, or not for so much. */
  sendLast: (body: string) => boolean;
  resource: Record<string, string | undefined>;
}

/** A sink that also knows the end of a page. */
export interface Sender extends Required<Sink> {
  /** The page is being left: all that may still go goes, trusting that it arrives. */
  leave: () => void;
}

/**
 * Sends what waits after an interval, when a batch is full, after a pause, at the end; one request at a time. A record
 * sent again keeps its id, so it is counted once.
 */
// oxlint-disable-next-line max-lines-per-function -- one closure, whose state has no names in the bundle, is 200 bytes less than four
export function createSender(parts: SenderParts): Sender {
  const { settings, losses } = parts;
  const items: Waiting[] = [];
  let shelf: Shelf | undefined;
  let { maxBatchSize } = settings;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hold = 0;
  let failures = 0;
  let sending: Promise<void> | undefined;

  function add(more: readonly Waiting[], isAgain?: boolean): void {
    items.splice(isAgain ? 0 : Infinity, 0, ...more);
    const excess = takeExcess(items, settings.maxQueueSize);
    losses.add("queue_full", excess.length);
    shelf?.remove(excess);
    if (hold || !items.length) return;
    if (items.length >= settings.maxBatchSize) void drain();
    else timer ??= later(drain, settings.flushIntervalMs);
  }
  function wait(reason: number, delayMs?: number): void {
    clearTimeout(timer);
    timer = delayMs === undefined ? delayMs : later(drain, delayMs);
    hold = reason;
  }
  function drain(): Promise<void> {
    wait(0);
    return (sending ??= sendWaiting().finally(() => {
      sending = undefined;
      add([]);
    }));
  }
  async function sendWaiting(): Promise<void> {
    let left = items.length;
    // oxlint-disable-next-line no-unmodified-loop-condition -- a refusal sets it
    while (left > 0 && items.length && !hold) left -= await sendBatch();
  }
  /** Gives how many records wait no more. */
  async function sendBatch(): Promise<number> {
    const batch = takeBatch(items, maxBatchSize, BATCH_CHARS);
    const { length } = batch;
    const { status, retryAfterMs, rejected } = await ask(parts, batch);
    const isTooMuch = status === 413 && length > 1;
    if (isTooMuch) maxBatchSize = Math.ceil(length / 2);
    else if (isRetryable(status)) {
      const delayMs = retryDelayMs(++failures, retryAfterMs, Math.random());
      wait(retryAfterMs === undefined ? FAILED : ORDERED, delayMs);
    } else {
      failures = 0;
      shelf?.remove(batch);
      if (status < 200 || status > 299) losses.add(`http_${status}`, length);
      else {
        losses.add("rejected", rejected ?? 0);
        parts.onDelivered();
      }
      return length;
    }
    add(batch, true);
    return 0;
  }
  async function flush(isLastChance?: boolean): Promise<void> {
    await sending;
    if (hold !== ORDERED || isLastChance) await drain();
  }

  return {
    add(event, dueAt) {
      const { attributes } = event;
      const item = {
        id: attributes[ATTR.eventId] as string,
        json: encodeRecord(event),
        isError: isErrorEvent(event),
        dueAt,
      };
      shelf?.put(item);
      if (!dueAt) add([item]);
    },
    flush: () => flush(),
    async close() {
      await flush(true);
      wait(0);
      losses.add("closed", items.length);
    },
    clear() {
      items.length = 0;
      shelf?.clear();
    },
    leave() {
      // oxlint-disable-next-line no-unmodified-loop-condition -- it is a reason not to begin
      while (!hold && items.length) {
        const batch = takeBatch(items, Infinity, LAST_BATCH_CHARS);
        if (!parts.sendLast(bodyOf(parts, batch))) {
          items.unshift(...batch);
          break;
        }
        shelf?.remove(batch);
      }
      if (shelf?.leave()) items.length = 0;
    },
    queue: {
      keepOn: (next) => void (shelf = next),
      restore: (more) => add(more, true),
    },
  };
}

function bodyOf({ resource, settings }: SenderParts, batch: readonly Waiting[]): string {
  return encodeRequest(
    // With a clock of the app's own, event times are right as they are.
    { ...resource, [ATTR.sentAt]: settings.now ? undefined : Date.now() },
    batch.map(({ json }) => json),
  );
}

async function ask(parts: SenderParts, batch: readonly Waiting[]): Promise<TransportReply> {
  try {
    return (await parts.transport({ body: bodyOf(parts, batch), isLast: false })) ?? NETWORK_ERROR;
  } catch {
    return NETWORK_ERROR;
  }
}
