import { statfs } from "node:fs/promises";
import type { Logger } from "../logger.ts";

const CHECK_EVERY_MS = 1_000;
const RESERVE_BYTES = 256 * 1024 * 1024;
const RESERVE_SHARE = 0.05;

/**
 * Watches the free space of a disk, so that the spool stops before it is full: whatever else lives there, an embedded
 * ClickHouse above all, needs some to go on, and a drain to make room again. Kept back are 256 MiB, or a twentieth of a
 * small disk.
 */
export class FreeSpace {
  readonly #folder: string;
  readonly #reserveBytes: number;
  readonly #timer: NodeJS.Timeout;
  #freeBytes: number;

  private constructor(of: { folder: string; reserveBytes: number; freeBytes: number; log: Logger }) {
    this.#folder = of.folder;
    this.#reserveBytes = of.reserveBytes;
    this.#freeBytes = of.freeBytes;
    this.#timer = setInterval(() => void this.#check(of.log), CHECK_EVERY_MS).unref();
  }

  static async open(of: {
    folder: string;
    reserveBytes?: number | undefined;
    log: Logger;
  }): Promise<FreeSpace> {
    const { bsize, blocks, bavail } = await statfs(of.folder);
    const usual = Math.min(RESERVE_BYTES, Math.floor(bsize * blocks * RESERVE_SHARE));
    return new FreeSpace({ ...of, reserveBytes: of.reserveBytes ?? usual, freeBytes: bsize * bavail });
  }

  /** As of the last look, less what was written since. */
  get freeBytes(): number {
    return Math.max(0, this.#freeBytes);
  }

  /** Why no more may be written, if so. */
  get shortage(): string | undefined {
    if (this.#freeBytes >= this.#reserveBytes) return undefined;
    return `the disk is nearly full: under ${this.#reserveBytes} bytes are free`;
  }

  /** Counts what is written until the next look at the disk. */
  spend(bytes: number): void {
    this.#freeBytes -= bytes;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #check(log: Logger): Promise<void> {
    const before = this.shortage;
    try {
      const { bsize, bavail } = await statfs(this.#folder);
      this.#freeBytes = bsize * bavail;
    } catch (error) {
      log.warn({ error: String(error) }, "the free space of the spool's disk cannot be read");
    }
    if (this.shortage !== undefined && before === undefined)
      log.error({ shortage: this.shortage }, "no more events are taken");
  }
}
