import type { Value } from "../record.ts";

export interface Pair {
  key: string;
  /** Never changed once it is made, since records share it. */
  value: Value;
}

interface Slot {
  bytes: Uint8Array;
  pair: Pair;
}

const SLOTS = 2 ** 14;
const BYTES_MAX = 96;

/**
 * Attributes by their bytes: nearly all are the same in event after event, and to find one again costs a third of decoding it.
 * One place for each hash, where a newer attribute replaces an older one, so that it never grows.
 */
export class SeenAttributes {
  readonly #slots: (Slot | undefined)[] = Array.from({ length: SLOTS }, () => undefined);

  find(bytes: Uint8Array, start: number, end: number): Pair | undefined {
    if (end - start > BYTES_MAX) return undefined;
    const slot = this.#slots[hash(bytes, start, end) & (SLOTS - 1)];
    return slot !== undefined && end - start === slot.bytes.length && beginsWith(slot.bytes, bytes, start)
      ? slot.pair
      : undefined;
  }

  /** Remembers an attribute by a copy of its bytes. */
  add(bytes: Uint8Array, pair: Pair): void {
    if (bytes.length > BYTES_MAX) return;
    this.#slots[hash(bytes, 0, bytes.length) & (SLOTS - 1)] = { bytes, pair };
  }
}

/** FNV-1a, 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/), its high bits folded in. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c9dc5;
  for (let at = start; at < end; at += 1) value = Math.imul(value ^ (bytes[at] ?? 0), 0x01000193);
  return value ^ (value >>> 15);
}

/** Whether `bytes` go on with the known ones at `start`. */
function beginsWith(known: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let at = 0; at < known.length; at += 1) if (known[at] !== bytes[start + at]) return false;
  return true;
}
