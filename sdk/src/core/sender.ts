import { ATTR } from "@voxloop/contract";
import type { Sink, Transport, TransportReply, VoxEvent } from "./event.ts";
import type { Losses } from "./losses.ts";
import type { Settings } from "./options.ts";
import { encodeRecord, encodeRequest, isErrorEvent } from "./otlp.ts";
import { createQueue, type Queue, type Waiting } from "./queue.ts";
import { isRetryable, NETWORK_ERROR, retryDelayMs } from "./retry.ts";

/** Bytes of records in one request; the collector takes 4 MiB. */
const BATCH_BYTES = 512 * 1024;
/** Browsers allow 64 KiB of keepalive bodies in flight (Fetch standard, 4.6); the rest is for the envelope. */
const LAST_BATCH_BYTES = 56_000;

export interface SenderParts {
  settings: Settings;
  resource: Record<string, string | number | boolean>;
  transport: Transport;
  losses: Losses;
  /** Called after each delivery: the moment to report losses. */
  onDelivered: () => void;
  /** The machine's clock in unix milliseconds; undefined leaves the skew of event times alone. */
  sentAt: () => number | undefined;
  /** In [0, 1). */
  random: () => number;
}

/** Queue, batches and retries around a transport. A record sent again keeps its id, so it is counted once. */
export class Sender implements Sink {
  private readonly parts: SenderParts;
  private readonly queue: Queue;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pause: ReturnType<typeof setTimeout> | undefined;
  private isToldToWait = false;
  private failures = 0;
  private sending: Promise<void> | undefined;
  private isClosed = false;

  constructor(parts: SenderParts) {
    this.parts = parts;
    this.queue = createQueue(parts.settings.maxQueueSize);
  }

  add(event: VoxEvent): void {
    const json = encodeRecord(event);
    const bytes = new TextEncoder().encode(json).length;
    this.parts.losses.add("queue_full", this.queue.add({ json, bytes, isError: isErrorEvent(event) }));
    if (this.pause) return;
    if (this.queue.size() >= this.parts.settings.maxBatchSize) void this.drain();
    else this.timer ??= setTimeout(() => void this.drain(), this.parts.settings.flushIntervalMs);
  }

  /** Sends what waits now, unless the server asked for a pause: then it stays queued. */
  async flush(): Promise<void> {
    await this.sending;
    if (this.isToldToWait) return;
    this.endPause();
    await this.drain();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.sending;
    this.endPause();
    await this.drain();
    this.endPause();
    this.parts.losses.add("closed", this.queue.size());
  }

  /** Sends everything at once, in pieces that a page going away may still send. What fails stays queued. */
  flushLast(): void {
    this.endPause();
    while (this.queue.size() > 0) void this.attempt(this.queue.take(Infinity, LAST_BATCH_BYTES), true);
  }

  /** Sends what is queued at the time of the call, one request after the other, until one fails. */
  private drain(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.sending ??= this.sendQueued().finally(() => {
      this.sending = undefined;
      if (this.queue.size() > 0 && !this.pause && !this.isClosed)
        this.timer ??= setTimeout(() => void this.drain(), this.parts.settings.flushIntervalMs);
    });
    return this.sending;
  }

  private async sendQueued(): Promise<void> {
    let remaining = this.queue.size();
    while (remaining > 0 && this.queue.size() > 0 && !this.pause) {
      const batch = this.queue.take(Math.min(remaining, this.parts.settings.maxBatchSize), BATCH_BYTES);
      remaining -= batch.length;
      await this.attempt(batch, false);
    }
  }

  private async attempt(batch: Waiting[], isLast: boolean): Promise<void> {
    const sentAt = this.parts.sentAt();
    const resource =
      sentAt === undefined ? this.parts.resource : { ...this.parts.resource, [ATTR.sentAt]: sentAt };
    const body = encodeRequest(
      resource,
      batch.map(({ json }) => json),
    );
    let reply: TransportReply;
    try {
      reply = await this.parts.transport({ body, isLast });
    } catch {
      reply = NETWORK_ERROR;
    }
    this.settle(batch, reply);
  }

  private settle(batch: Waiting[], { status, retryAfterMs, rejected = 0 }: TransportReply): void {
    const { losses } = this.parts;
    if (isRetryable(status)) {
      losses.add("queue_full", this.queue.putBack(batch));
      this.failures++;
      this.beginPause(retryAfterMs);
    } else if (status >= 200 && status < 300) {
      this.failures = 0;
      losses.add("rejected", rejected);
      this.parts.onDelivered();
    } else {
      losses.add(`http_${status}`, batch.length);
    }
  }

  private beginPause(retryAfterMs: number | undefined): void {
    this.endPause();
    this.isToldToWait = retryAfterMs !== undefined;
    this.pause = setTimeout(
      () => {
        this.endPause();
        void this.drain();
      },
      retryDelayMs(this.failures, retryAfterMs, this.parts.random()),
    );
  }

  private endPause(): void {
    clearTimeout(this.pause);
    this.pause = undefined;
    this.isToldToWait = false;
  }
}
