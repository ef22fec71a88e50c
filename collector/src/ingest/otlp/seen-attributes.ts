import type { Value } from "../record.ts";

export interface Pair {
  key: string;
  /** Never changed once it is made, since records share it. */
  value: Value;
}

interface Slot {
  bytes: DataView;
  pair: Pair;
}

const SLOTS = 2 ** 16;
const BYTES_MAX = 96;
/** Shorter ones have not the words that the hash is made of. */
const BYTES_MIN = 16;

/**
 * Attributes by their bytes: nearly all are the same in event after event, and to find one again costs a fraction of decoding
 * it. One place for each hash, where a newer attribute replaces an older one, so that it never grows.
 */
export class SeenAttributes {
  readonly #slots: (Slot | undefined)[] = Array.from({ length: SLOTS }, () => undefined);

  find(bytes: DataView, start: number, end: number): Pair | undefined {
    if (end - start > BYTES_MAX || end - start < BYTES_MIN) return undefined;
    const slot = this.#slots[placeOf(bytes, start, end)];
    return slot !== undefined && end - start === slot.bytes.byteLength && beginsWith(slot.bytes, bytes, start)
      ? slot.pair
      : undefined;
  }

  /** Remembers an attribute by its bytes, which must be nobody else's. */
  add(bytes: Uint8Array, pair: Pair): void {
    if (bytes.length > BYTES_MAX || bytes.length < BYTES_MIN) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#slots[placeOf(view, 0, bytes.length)] = { bytes: view, pair };
  }
}

/** From the length and the ends, where names and values differ; which attribute it is, the whole comparison tells. */
function placeOf(bytes: DataView, start: number, end: number): number {
  let hash = end - start;
  hash = mix(hash, bytes.getUint32(start + 4, true));
  hash = mix(hash, bytes.getUint32(end - 16, true));
  hash = mix(hash, bytes.getUint32(end - 12, true));
  hash = mix(hash, bytes.getUint32(end - 8, true));
  hash = mix(hash, bytes.getUint32(end - 4, true));
  return hash & (SLOTS - 1);
}

/** A step of MurmurHash3's 32-bit mixing (https://github.com/aappleby/smhasher/wiki/MurmurHash3). */
function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x85eb_ca6b);
  return mixed ^ (mixed >>> 13);
}

/** Whether `bytes` go on with the known ones at `start`. */
function beginsWith(known: DataView, bytes: DataView, start: number): boolean {
  const length = known.byteLength;
  for (let at = 0; at + 4 <= length; at += 4)
    if (known.getUint32(at) !== bytes.getUint32(start + at)) return false;
  // The last word again covers what is left of it.
  return known.getUint32(length - 4) === bytes.getUint32(start + length - 4);
}
