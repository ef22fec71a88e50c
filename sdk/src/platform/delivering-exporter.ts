import { setTimeout as sleep } from "node:timers/promises";
import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import type { LogRecordExporter, ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { Losses } from "../core/losses.ts";
import { isRetryable, retryDelayMs } from "../core/retry.ts";

export interface DeliveryParts {
  exporter: LogRecordExporter;
  losses: Losses;
  /** Called when records no longer wait, delivered or not. */
  onSettled: (count: number, isDelivered: boolean) => void;
  /** How long a batch is repeated at most. */
  patienceMs: number;
  /** In [0, 1). */
  random: () => number;
}

/** What the exporters below say about a failure: an HTTP status, or none when nobody answered in time. */
type Failure = Error & { code?: unknown; retryAfterMs?: number };

/**
 * Repeats a batch after OpenTelemetry's exporter has given up, so that the collector may be away for longer than a
 * minute, and counts what is lost. It never reports a failure: after one, the flush of the batch processor stays
 * unfinished for good (`_flushAll` in BatchLogRecordProcessorBase of sdk-logs 3.1).
 */
export class DeliveringExporter implements LogRecordExporter {
  private readonly parts: DeliveryParts;
  private readonly running = new Set<Promise<void>>();
  private readonly closing = new AbortController();

  constructor(parts: DeliveryParts) {
    this.parts = parts;
  }

  export(records: ReadableLogRecord[], onResult: (result: ExportResult) => void): void {
    const delivery = this.deliver(records).finally(() => {
      this.running.delete(delivery);
      onResult({ code: ExportResultCode.SUCCESS });
    });
    this.running.add(delivery);
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.running);
  }

  /** From now on each batch is tried once more and then given up. */
  hurry(): void {
    this.closing.abort();
  }

  async shutdown(): Promise<void> {
    await this.forceFlush();
    await this.parts.exporter.shutdown();
  }

  private async deliver(records: ReadableLogRecord[]): Promise<void> {
    let waitedMs = 0;
    for (let failures = 1; ; failures++) {
      const isLastTry = this.closing.signal.aborted;
      const failure = await this.tryOnce(records);
      if (!failure) return this.parts.onSettled(records.length, true);
      const status = typeof failure.code === "number" ? failure.code : 0;
      const delayMs = retryDelayMs(failures, failure.retryAfterMs, this.parts.random());
      waitedMs += delayMs;
      if (!isRetryable(status) || isLastTry || waitedMs > this.parts.patienceMs) {
        this.parts.losses.add(isRetryable(status) ? "unreachable" : `http_${status}`, records.length);
        return this.parts.onSettled(records.length, false);
      }
      await this.pause(delayMs);
    }
  }

  private async tryOnce(records: ReadableLogRecord[]): Promise<Failure | undefined> {
    const { code, error } = await new Promise<ExportResult>((resolve) => {
      this.parts.exporter.export(records, resolve);
    });
    return code === ExportResultCode.SUCCESS ? undefined : (error ?? new Error("export failed"));
  }

  /** Cut short when the client closes. Does not keep the process alive. */
  private async pause(delayMs: number): Promise<void> {
    await sleep(delayMs, undefined, { signal: this.closing.signal, ref: false }).catch(() => undefined);
  }
}
