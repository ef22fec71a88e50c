import { randomUUID } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { z } from "zod";
import { syncFolder } from "./folder.ts";

/** All before `from` is drained; when `to` is after `from`, those bytes are one batch whose insert may have happened. */
export interface Plan {
  segment: number;
  from: number;
  to: number;
}

const SLOT_BYTES = 4096;
const slotShape = z.object({
  spool: z.uuid(),
  sequence: z.int(),
  segment: z.int(),
  from: z.int(),
  to: z.int(),
});
type Slot = z.infer<typeof slotShape>;

/**
 * Where the drain stands, in a file of two slots written in turn: a torn write leaves the one before it, and no write
 * needs space, so that a full disk can be drained.
 */
export class Cursor {
  readonly #file: FileHandle;
  #slot: Slot;

  private constructor(file: FileHandle, slot: Slot) {
    this.#file = file;
    this.#slot = slot;
  }

  static async open(folder: string): Promise<Cursor> {
    const path = join(folder, "cursor");
    const file = await open(path, "r+").catch(() => open(path, "wx+"));
    const content = Buffer.alloc(2 * SLOT_BYTES);
    await file.read(content, 0, content.length, 0);
    const slots = [0, 1].map((index) =>
      decodeSlot(content.subarray(index * SLOT_BYTES, (index + 1) * SLOT_BYTES)),
    );
    const newest = slots.filter((slot) => slot !== undefined).toSorted((a, b) => b.sequence - a.sequence)[0];
    const cursor = new Cursor(
      file,
      newest ?? { spool: randomUUID(), sequence: 0, segment: 0, from: 0, to: 0 },
    );
    if (newest === undefined) {
      await file.write(Buffer.alloc(2 * SLOT_BYTES, " "), 0, 2 * SLOT_BYTES, 0);
      await cursor.save(cursor.plan);
      await syncFolder(folder);
    }
    return cursor;
  }

  /** Name of this spool for good; a folder that was emptied has another one. */
  get spool(): string {
    return this.#slot.spool;
  }

  get plan(): Plan {
    const { segment, from, to } = this.#slot;
    return { segment, from, to };
  }

  async save(plan: Plan): Promise<void> {
    const slot = { ...this.#slot, ...plan, sequence: this.#slot.sequence + 1 };
    await this.#file.write(encodeSlot(slot), 0, SLOT_BYTES, (slot.sequence % 2) * SLOT_BYTES);
    await this.#file.datasync();
    this.#slot = slot;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

function encodeSlot(slot: Slot): Buffer {
  const json = JSON.stringify(slot);
  return Buffer.from(`${checksum(json)} ${json}`.padEnd(SLOT_BYTES - 1) + "\n");
}

function decodeSlot(bytes: Buffer): Slot | undefined {
  const text = bytes.toString("latin1").trimEnd();
  const json = text.slice(9);
  return json !== "" && checksum(json) === text.slice(0, 8) ? slotShape.parse(JSON.parse(json)) : undefined;
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, "0");
}
