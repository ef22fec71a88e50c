import type { ByteWriter } from "./byte-writer.ts";
import { TYPE_OF, type ColumnKind } from "./event-columns.ts";

// Native's LowCardinality, as ClickHouse's SerializationLowCardinality writes it: a version, then for each block what index
// type it has and that it brings its whole dictionary, the keys (the first is the type's default), and an index a row.
const KEYS_VERSION = 1;
const BRINGS_ITS_KEYS = 0x600;

export function writeHeader(writer: ByteWriter, name: string, kind: ColumnKind): void {
  writer.string(name);
  writer.string(TYPE_OF[kind]);
}

export function writeDictionaryVersion(writer: ByteWriter): void {
  writer.uint64(KEYS_VERSION);
}

/** Bytes of an index by what the flags say: UInt8, UInt16, UInt32. */
export function indexBytesOf(flags: number): 1 | 2 | 4 {
  const type = flags & 0xff;
  if ((flags & ~0xff) !== BRINGS_ITS_KEYS || type > 2)
    throw new Error(`a dictionary has flags 0x${flags.toString(16)}`);
  return type === 0 ? 1 : type === 1 ? 2 : 4;
}

/** Writes keys and an index a row, in the smallest integers that hold them. */
export function writeDictionary(writer: ByteWriter, keys: readonly string[], indexes: Uint32Array): void {
  const indexType = keys.length <= 0x100 ? 0 : keys.length <= 0x1_0000 ? 1 : 2;
  writer.uint64(BRINGS_ITS_KEYS | indexType);
  writer.uint64(keys.length);
  for (const key of keys) writer.string(key);
  writer.uint64(indexes.length);
  const { buffer, at } = writer.reserve(indexes.length << indexType);
  if (indexType === 0) buffer.set(indexes, at);
  else if (indexType === 1)
    for (let row = 0; row < indexes.length; row += 1) buffer.writeUInt16LE(indexes[row] ?? 0, at + 2 * row);
  else
    for (let row = 0; row < indexes.length; row += 1) buffer.writeUInt32LE(indexes[row] ?? 0, at + 4 * row);
}

/** The index of a key in a dictionary; a new one is added at its end. */
export function indexOf(keys: Map<string, number>, key: string): number {
  const known = keys.get(key);
  if (known !== undefined) return known;
  const index = keys.size;
  keys.set(key, index);
  return index;
}
