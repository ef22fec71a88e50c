import { open, readdir, unlink, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { readPiece } from "./frame.ts";
import { syncFolder } from "./folder.ts";

interface Append {
  bytes: Buffer;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

interface Segment {
  id: number;
  file: FileHandle;
  isSealed: boolean;
}

export interface SegmentLogOptions {
  folder: string;
  segmentBytes: number;
  /** New segments get ids above this one. */
  after: number;
}

/**
 * An append-only log in numbered segment files. An append resolves when its bytes are on disk; appends that arrive while
 * a sync is under way share the next one. Bytes after the last good sync never count and are cut.
 */
export class SegmentLog {
  readonly #folder: string;
  readonly #segmentBytes: number;
  /** Durable bytes by segment id, oldest first. */
  readonly #sizes: Map<number, number>;
  #active: Segment | undefined;
  #nextId: number;
  #waiting: Append[] = [];
  #isCommitting = false;
  #syncs = 0;

  private constructor({ folder, segmentBytes, after }: SegmentLogOptions, ids: readonly number[]) {
    this.#folder = folder;
    this.#segmentBytes = segmentBytes;
    this.#sizes = new Map(ids.map((id) => [id, 0]));
    this.#nextId = Math.max(after, ...ids) + 1;
  }

  /** Opens the log and cuts what a crash left unfinished at its end. */
  static async open(options: SegmentLogOptions): Promise<{ log: SegmentLog; cutBytes: number }> {
    const ids = (await readdir(options.folder))
      .filter((name) => /^\d{12}\.seg$/.test(name))
      .map((name) => Number.parseInt(name, 10))
      .toSorted((a, b) => a - b);
    const log = new SegmentLog(options, ids);
    let cutBytes = 0;
    for (const id of ids) {
      const file = await open(log.#pathOf(id), "a+");
      const { size } = await file.stat();
      const sound = id === ids.at(-1) ? await soundLength(file, size) : size;
      cutBytes += size - sound;
      if (sound < size) await file.truncate(sound);
      await file.datasync();
      log.#sizes.set(id, sound);
      if (id === ids.at(-1)) log.#active = { id, file, isSealed: false };
      else await file.close();
    }
    return { log, cutBytes };
  }

  /** Segment ids with their durable sizes, oldest first. */
  get sizes(): ReadonlyMap<number, number> {
    return this.#sizes;
  }

  /** How often data was synced to disk since the log was opened. */
  get syncs(): number {
    return this.#syncs;
  }

  get end(): { segment: number; offset: number } {
    const [segment, offset] = [...this.#sizes].at(-1) ?? [this.#nextId, 0];
    return { segment, offset };
  }

  append(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, resolve, reject });
      if (!this.#isCommitting) void this.#commit();
    });
  }

  async read(segment: number, range: { from: number; to: number }): Promise<Buffer> {
    const file = await open(this.#pathOf(segment), "r");
    try {
      const buffer = Buffer.allocUnsafe(range.to - range.from);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, range.from);
      if (bytesRead !== buffer.length) throw new Error(`segment ${segment} is shorter than its durable size`);
      return buffer;
    } finally {
      await file.close();
    }
  }

  /** Deletes the segments before this one. */
  async removeBefore(segment: number): Promise<void> {
    for (const id of [...this.#sizes.keys()].filter((id) => id < segment && id !== this.#active?.id)) {
      await unlink(this.#pathOf(id));
      this.#sizes.delete(id);
    }
  }

  /** Deletes the segment that is written to when all of it is drained, for its room; the next append begins another. */
  async removeDrained(segment: number, drainedBytes: number): Promise<void> {
    const active = this.#active;
    const isBusy = this.#isCommitting || this.#waiting.length > 0;
    if (isBusy || active?.id !== segment || drainedBytes === 0 || this.#sizes.get(segment) !== drainedBytes)
      return;
    this.#active = undefined;
    this.#sizes.delete(segment);
    await active.file.close();
    await unlink(this.#pathOf(segment));
  }

  /** Waits for appends under way and closes the files. */
  async close(): Promise<void> {
    while (this.#isCommitting) await new Promise((resolve) => setImmediate(resolve));
    await this.#active?.file.close();
    this.#active = undefined;
  }

  async #commit(): Promise<void> {
    this.#isCommitting = true;
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup();
      try {
        await this.#write(Buffer.concat(group.map(({ bytes }) => bytes)));
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#isCommitting = false;
  }

  #takeGroup(): Append[] {
    let bytes = 0;
    const count = this.#waiting.findIndex((append) => (bytes += append.bytes.length) > this.#segmentBytes);
    return this.#waiting.splice(0, count === -1 ? this.#waiting.length : Math.max(1, count));
  }

  async #write(bytes: Buffer): Promise<void> {
    const segment = await this.#segmentFor(bytes.length);
    const size = this.#sizes.get(segment.id) ?? 0;
    let isWritten = false;
    try {
      await segment.file.appendFile(bytes);
      isWritten = true;
      await segment.file.datasync();
      this.#syncs += 1;
      this.#sizes.set(segment.id, size + bytes.length);
    } catch (error) {
      await this.#cut(segment, size);
      // After a failed sync the kernel may hold pages it calls clean that never reached the disk, so nothing more is
      // written to this file (https://wiki.postgresql.org/wiki/Fsync_Errors).
      if (isWritten) segment.isSealed = true;
      throw error;
    }
  }

  async #cut(segment: Segment, size: number): Promise<void> {
    try {
      await segment.file.truncate(size);
    } catch {
      segment.isSealed = true;
    }
  }

  async #segmentFor(bytes: number): Promise<Segment> {
    const active = this.#active;
    const size = active === undefined ? 0 : (this.#sizes.get(active.id) ?? 0);
    if (active !== undefined && !active.isSealed && (size === 0 || size + bytes <= this.#segmentBytes))
      return active;
    const id = this.#nextId;
    this.#nextId += 1;
    const file = await open(this.#pathOf(id), "ax+");
    await syncFolder(this.#folder);
    this.#active = { id, file, isSealed: false };
    this.#sizes.set(id, 0);
    await active?.file.close();
    return this.#active;
  }

  #pathOf(id: number): string {
    return join(this.#folder, `${String(id).padStart(12, "0")}.seg`);
  }
}

/** Where the last whole record ends; damage that has sound records after it stays, for the reader to set aside. */
async function soundLength(file: FileHandle, size: number): Promise<number> {
  const buffer = Buffer.allocUnsafe(size);
  await file.read(buffer, 0, size, 0);
  let sound = 0;
  for (let at = 0; at < size;) {
    const piece = readPiece(buffer, at);
    if (piece.kind === "incomplete") break;
    if (piece.kind === "record") sound = piece.end;
    at = piece.end;
  }
  return sound;
}
