/** The bytes are no block of ours. */
export class NotABlock extends Error {}

/** Reads what a ByteWriter wrote. Throws NotABlock, or a RangeError, where the bytes end too soon. */
export class ByteReader {
  readonly #bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#bytes.readUInt8(this.at++);
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new NotABlock("a varint is too long");
  }

  uint64(): number {
    const low = this.#bytes.readUInt32LE(this.at);
    const high = this.#bytes.readUInt32LE(this.at + 4);
    this.at += 8;
    return high * 2 ** 32 + low;
  }

  skip(bytes: number): void {
    this.at += bytes;
    if (this.at > this.#bytes.length) throw new NotABlock("it ends within a column");
  }

  string(): string {
    const bytes = this.varint();
    const start = this.at;
    this.skip(bytes);
    return this.#bytes.toString("utf8", start, this.at);
  }

  skipStrings(count: number): void {
    for (let index = 0; index < count; index += 1) {
      const byte = this.#bytes[this.at] ?? 0x80;
      if (byte < 0x80) this.at += 1 + byte;
      else this.skip(this.varint());
    }
    if (this.at > this.#bytes.length) throw new NotABlock("it ends within a column");
  }

  indexes(count: number, bytes: 1 | 2 | 4): Uint32Array {
    const start = this.at;
    this.skip(count * bytes);
    const all = this.#bytes;
    if (bytes === 1) return Uint32Array.from(all.subarray(start, this.at));
    const read = (at: number) => (bytes === 2 ? all.readUInt16LE(at) : all.readUInt32LE(at));
    return Uint32Array.from({ length: count }, (_, index) => read(start + index * bytes));
  }
}
