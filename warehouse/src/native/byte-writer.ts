/** Up to here a loop in JavaScript is faster than a call into the engine. */
const LOOP_MAX = 24;

/** More bytes than the writer may write. */
export class TooManyBytes extends Error {}

/** Appends what ClickHouse's binary formats are made of to one growing buffer. */
export class ByteWriter {
  #bytes: Buffer;
  #at = 0;
  readonly #max: number;

  /** Throws TooManyBytes where it would write more than `maxBytes`. */
  constructor(expectedBytes: number, maxBytes = Number.POSITIVE_INFINITY) {
    // Not of the pool, so that it can be given to another thread.
    this.#bytes = Buffer.allocUnsafeSlow(expectedBytes);
    this.#max = maxBytes;
  }

  get length(): number {
    return this.#at;
  }

  /** What was written; the writer must not be used after. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  /** Makes room and gives where to write `bytes`; the caller fills all of it. */
  reserve(bytes: number): { buffer: Buffer; at: number } {
    this.#ensure(bytes);
    const at = this.#at;
    this.#at += bytes;
    return { buffer: this.#bytes, at };
  }

  varint(value: number): void {
    this.#ensure(5);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#at++] = rest;
  }

  uint64(value: number): void {
    this.#ensure(8);
    this.#at = this.#bytes.writeUInt32LE(value >>> 0, this.#at);
    this.#at = this.#bytes.writeUInt32LE(Math.floor(value / 2 ** 32), this.#at);
  }

  copy(from: Buffer, start: number, end: number): void {
    this.#ensure(end - start);
    this.#at += from.copy(this.#bytes, this.#at, start, end);
  }

  zeros(count: number): void {
    this.#ensure(count);
    this.#bytes.fill(0, this.#at, this.#at + count);
    this.#at += count;
  }

  /** UTF-8 after its length in bytes as a varint. */
  string(text: string): void {
    if (text.length <= LOOP_MAX && this.#ascii(text)) return;
    if (text.length * 3 < 0x80) {
      this.#ensure(text.length * 3 + 1);
      const bytes = this.#bytes.write(text, this.#at + 1);
      this.#bytes[this.#at] = bytes;
      this.#at += bytes + 1;
      return;
    }
    const bytes = Buffer.byteLength(text);
    this.varint(bytes);
    this.#ensure(bytes);
    this.#at += this.#bytes.write(text, this.#at);
  }

  #ascii(text: string): boolean {
    const { length } = text;
    this.#ensure(length + 1);
    const bytes = this.#bytes;
    const start = this.#at + 1;
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) return false;
      bytes[start + index] = code;
    }
    bytes[this.#at] = length;
    this.#at = start + length;
    return true;
  }

  #ensure(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    if (this.#at + bytes > this.#max) throw new TooManyBytes(`more than ${this.#max} bytes`);
    // Never larger than allowed, so that this is where too many bytes are met.
    const wanted = Math.max(this.#bytes.length * 2, this.#at + bytes);
    const larger = Buffer.allocUnsafeSlow(Math.min(wanted, this.#max));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
