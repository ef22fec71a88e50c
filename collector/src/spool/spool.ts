import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "../logger.ts";
import { type Batch, findBatch, loadBatch } from "./batch.ts";
import { Cursor, type Plan } from "./cursor.ts";
import { FreeSpace } from "./free-space.ts";
import { encodeRecord, type SpoolRecord } from "./frame.ts";
import { syncFolder } from "./folder.ts";
import { lockFolder } from "./lock.ts";
import { SegmentLog } from "./segment-log.ts";

/** The spool holds as many bytes as it or its disk may; nothing was stored. */
export class SpoolFullError extends Error {}
/** The disk refused the write, because it is full or broken; nothing was stored. */
export class SpoolWriteError extends Error {}

export interface SpoolOptions {
  folder: string;
  maxBytes: number;
  /** Bytes of the disk that are kept free; unset is 256 MiB, or a twentieth of a small disk. */
  reserveBytes?: number | undefined;
  log: Logger;
}

const SEGMENT_BYTES = 64 * 1024 * 1024;
const PROBE_BYTES = 64 * 1024;
/** Records that wait in memory for a disk that is slow; beyond it senders are asked to come again. */
const PENDING_BYTES_MAX = 64 * 1024 * 1024;

/** Batches on disk between the answer to the sender and ClickHouse; one process writes to a folder. */
export class Spool {
  readonly folder: string;
  readonly #maxBytes: number;
  readonly #log: SegmentLog;
  readonly #cursor: Cursor;
  readonly #space: FreeSpace;
  readonly #unlock: () => Promise<void>;
  #plan: Plan;
  #pendingBytes = 0;
  #lastWriteError: string | undefined;
  #resume: () => void = () => undefined;
  #oldestAt: number | undefined;

  private constructor(
    options: SpoolOptions,
    parts: { log: SegmentLog; cursor: Cursor; space: FreeSpace; unlock: () => Promise<void> },
  ) {
    this.folder = options.folder;
    this.#maxBytes = options.maxBytes;
    this.#log = parts.log;
    this.#cursor = parts.cursor;
    this.#space = parts.space;
    this.#unlock = parts.unlock;
    this.#plan = reconcile(parts.cursor.plan, parts.log.sizes);
  }

  static async open(options: SpoolOptions): Promise<Spool> {
    const segments = join(options.folder, "segments");
    await mkdir(segments, { recursive: true });
    const unlock = await lockFolder(options.folder);
    try {
      await syncFolder(options.folder);
      const segmentBytes = Math.min(SEGMENT_BYTES, Math.ceil(options.maxBytes / 8));
      const cursor = await Cursor.open(options.folder);
      const { log, cutBytes } = await SegmentLog.open({
        folder: segments,
        segmentBytes,
        after: cursor.plan.segment,
      });
      if (cutBytes > 0) options.log.warn({ cutBytes }, "cut an unfinished write from the end of the spool");
      const space = await FreeSpace.open(options);
      return new Spool(options, { log, cursor, space, unlock });
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  /** Bytes accepted and not yet drained. */
  get bytes(): number {
    let bytes = 0;
    for (const [id, size] of this.#log.sizes) {
      if (id > this.#plan.segment) bytes += size;
      else if (id === this.#plan.segment) bytes += size - this.#plan.from;
    }
    return bytes;
  }

  get isFull(): boolean {
    return this.bytes >= this.#maxBytes;
  }

  get syncs(): number {
    return this.#log.syncs;
  }

  /** Unix milliseconds of the oldest batch that waits, as far as the drain has looked. */
  get oldestAt(): number | undefined {
    return this.bytes === 0 ? undefined : this.#oldestAt;
  }

  get diskFreeBytes(): number {
    return this.#space.freeBytes;
  }

  /** Why no more may be written, if so: too little of the disk is free. */
  get shortage(): string | undefined {
    return this.#space.shortage;
  }

  /** Why the disk takes no writes, if so. After a failed write it tries, since without readiness no request would. */
  async probe(): Promise<string | undefined> {
    if (this.#lastWriteError === undefined) return undefined;
    this.#lastWriteError = await tryWrite(this.folder);
    return this.#lastWriteError;
  }

  get end(): { segment: number; offset: number } {
    return this.#log.end;
  }

  /** Resolves when the record is on disk. */
  async append(record: SpoolRecord): Promise<void> {
    const bytes = encodeRecord(record);
    this.#assertRoom(bytes.length);
    this.#pendingBytes += bytes.length;
    this.#space.spend(bytes.length);
    try {
      await this.#log.append(bytes);
      this.#lastWriteError = undefined;
    } catch (error) {
      this.#lastWriteError = messageOf(error);
      throw new SpoolWriteError(`the spool cannot be written: ${this.#lastWriteError}`, { cause: error });
    } finally {
      this.#pendingBytes -= bytes.length;
    }
    this.#oldestAt ??= record.header.at;
    this.wake();
  }

  #assertRoom(bytes: number): void {
    if (this.bytes + this.#pendingBytes + bytes > this.#maxBytes)
      throw new SpoolFullError(`the spool is full (${this.#maxBytes} bytes)`);
    if (this.#pendingBytes > 0 && this.#pendingBytes + bytes > PENDING_BYTES_MAX)
      throw new SpoolFullError("the disk is slow, and too much waits for it");
    if (this.#space.shortage !== undefined) throw new SpoolFullError(this.#space.shortage);
  }

  /** Resolves at the next append or `wake`; one may wait at a time. */
  waitForAppend(): Promise<void> {
    return new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  /** Ends the wait for the next append. */
  wake(): void {
    this.#resume();
  }

  /** Whether everything before this position is drained. */
  isDrainedTo({ segment, offset }: { segment: number; offset: number }): boolean {
    if (this.bytes === 0) return true;
    return this.#plan.segment > segment || (this.#plan.segment === segment && this.#plan.from >= offset);
  }

  /**
   * The oldest batch, its bounds on disk before it is given, so that a restart gives the very same batch: then a second
   * insert carries the same token and stores nothing twice. Undefined when nothing waits.
   */
  async nextBatch(): Promise<Batch | undefined> {
    const batch = await this.#readNext();
    if (batch === undefined) return undefined;
    const { plan } = batch;
    const saved = this.#cursor.plan;
    if (saved.segment !== plan.segment || saved.from !== plan.from || saved.to !== plan.to)
      await this.#cursor.save(plan);
    this.#plan = plan;
    await this.#log.removeBefore(plan.segment);
    this.#oldestAt = batch.oldestAt;
    return batch;
  }

  /** The batch whose bounds are on disk already, else one from where the last ended. */
  async #readNext(): Promise<Batch | undefined> {
    const plan = this.#plan;
    const { spool } = this.#cursor;
    if (plan.to > plan.from) return loadBatch(this.#log, { plan, spool });
    const start = this.#nextStart();
    if (start !== undefined) return findBatch(this.#log, { start, spool });
    if (this.#cursor.plan.from !== plan.from || this.#cursor.plan.segment !== plan.segment)
      await this.#cursor.save(plan);
    if (this.#space.shortage !== undefined) await this.#log.removeDrained(plan.segment, plan.from);
    return undefined;
  }

  /** The batch of `nextBatch` is stored or set aside. */
  confirm(batch: Batch): void {
    this.#plan = { segment: batch.plan.segment, from: batch.plan.to, to: batch.plan.to };
    this.#oldestAt = undefined;
  }

  async close(): Promise<void> {
    this.#space.close();
    await this.#log.close();
    if (this.#plan.to === this.#plan.from) await this.#cursor.save(this.#plan);
    await this.#cursor.close();
    await this.#unlock();
  }

  #nextStart(): Plan | undefined {
    for (const [id, size] of this.#log.sizes) {
      const from = id === this.#plan.segment ? this.#plan.from : 0;
      if (id >= this.#plan.segment && from < size) return { segment: id, from, to: size };
    }
    return undefined;
  }
}

/**
 * The cursor's plan on the segments that are there. They agree but for a disk that lost synced bytes or a folder touched by
 * hand; then no position may lie where a later append would count as drained.
 */
function reconcile(plan: Plan, sizes: ReadonlyMap<number, number>): Plan {
  if (sizes.size === 0) return { segment: plan.segment, from: 0, to: 0 };
  const newest = Math.max(...sizes.keys());
  if (newest < plan.segment) return { segment: 0, from: 0, to: 0 };
  const size = sizes.get(plan.segment) ?? 0;
  return { ...plan, from: Math.min(plan.from, size), to: Math.min(plan.to, size) };
}

async function tryWrite(folder: string): Promise<string | undefined> {
  const path = join(folder, "probe");
  try {
    await writeFile(path, Buffer.alloc(PROBE_BYTES), { flush: true });
    return undefined;
  } catch (error) {
    return messageOf(error);
  } finally {
    await rm(path, { force: true });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
