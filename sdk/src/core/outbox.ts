import { ATTR } from "@voxloop/contract";
import type { Transport, VoxEvent } from "./event.ts";
import type { Losses } from "./losses.ts";
import type { Settings } from "./options.ts";
import { encodeRecord, encodeRequest, isErrorEvent } from "./otlp.ts";
import type { Pause } from "./pause.ts";
import { createQueue } from "./queue.ts";
import { isRetryable, NETWORK_ERROR } from "./retry.ts";

/** Bytes of records in one request; the collector takes 4 MiB. */
const BATCH_BYTES = 512 * 1024;
/** Browsers allow 64 KiB of keepalive bodies in flight (Fetch standard, 4.6); the rest is for the envelope. */
const LAST_BATCH_BYTES = 56_000;

export interface OutboxParts {
  settings: Settings;
  resource: Record<string, string | number | boolean>;
  transport: Transport;
  losses: Losses;
  /** Called after each delivery: the moment to report losses. */
  onDelivered: () => void;
  /** The machine's clock in unix milliseconds; undefined leaves the skew of event times alone. */
  sentAt: () => number | undefined;
}

/** Records that wait, and what becomes of a batch of them. A record sent again keeps its id, so it is counted once. */
export interface Outbox {
  size(): number;
  add(event: VoxEvent): void;
  /** Sends what is queued at the time of the call, one request after the other, until one fails. */
  sendQueued(): Promise<void>;
  /** Sends everything at once, whatever pause there is, in requests that a page going away may still make. */
  sendLast: () => void;
}

export function createOutbox(parts: OutboxParts, pause: Pause): Outbox {
  const { losses } = parts;
  const queue = createQueue(parts.settings.maxQueueSize);

  async function attempt(max: number, isLast: boolean): Promise<number> {
    const batch = queue.take(max, isLast ? LAST_BATCH_BYTES : BATCH_BYTES);
    const body = encodeRequest(
      { ...parts.resource, ...timestamp(parts.sentAt()) },
      batch.map(({ json }) => json),
    );
    const reply = await ask(parts.transport, body, isLast);
    if (isRetryable(reply.status)) {
      losses.add("queue_full", queue.putBack(batch));
      pause.begin(reply.retryAfterMs);
    } else if (reply.status >= 200 && reply.status < 300) {
      losses.add("rejected", reply.rejected ?? 0);
      pause.forget();
      parts.onDelivered();
    } else losses.add(`http_${reply.status}`, batch.length);
    return batch.length;
  }

  return {
    size: () => queue.size(),
    add(event) {
      const json = encodeRecord(event);
      const bytes = new TextEncoder().encode(json).length;
      losses.add("queue_full", queue.add({ json, bytes, isError: isErrorEvent(event) }));
    },
    async sendQueued() {
      let remaining = queue.size();
      while (remaining > 0 && queue.size() > 0 && !pause.isOn()) {
        remaining -= await attempt(Math.min(remaining, parts.settings.maxBatchSize), false);
      }
    },
    sendLast() {
      pause.end();
      while (queue.size() > 0) void attempt(Infinity, true);
    },
  };
}

function timestamp(sentAt: number | undefined): Record<string, number> {
  return sentAt === undefined ? {} : { [ATTR.sentAt]: sentAt };
}

async function ask(transport: Transport, body: string, isLast: boolean): ReturnType<Transport> {
  try {
    return (await transport({ body, isLast })) ?? NETWORK_ERROR;
  } catch {
    return NETWORK_ERROR;
  }
}
