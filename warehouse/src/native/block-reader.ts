import { ByteReader, NotABlock } from "./byte-reader.ts";
import { indexBytesOf } from "./column-bytes.ts";
import { TYPE_OF, type ColumnKind } from "./event-columns.ts";

/** Where a column's values lie; for a dictionary its keys and one index a value, for a map the names' and its values. */
export interface ColumnPart {
  kind: ColumnKind;
  /** First byte of the values: texts, times, or a map's texts. */
  start: number;
  end: number;
  keys: string[];
  /** For a map one an attribute, for a dictionary one a row. */
  indexes: Uint32Array;
  /** For a map, how many attributes there are up to and with each row. */
  offsets: Uint32Array;
}

export interface Block {
  bytes: Buffer;
  rows: number;
  columns: Map<string, ColumnPart>;
}

const KINDS = new Map(Object.entries(TYPE_OF).map(([kind, type]) => [type, kind as ColumnKind]));
const NO_INDEXES = new Uint32Array(0);

/** Finds the columns of a Native block. Throws NotABlock for anything that `encodeEvents` does not write. */
export function readBlock(bytes: Buffer): Block {
  try {
    const reader = new ByteReader(bytes);
    const columnCount = reader.varint();
    const rows = reader.varint();
    const columns = new Map<string, ColumnPart>();
    for (let index = 0; index < columnCount; index += 1) {
      const name = reader.string();
      const kind = KINDS.get(reader.string());
      if (kind === undefined) throw new NotABlock(`column ${name} is of an unknown type`);
      columns.set(name, readColumn(reader, kind, rows));
    }
    if (reader.at !== bytes.length) throw new NotABlock("bytes are left after the last column");
    return { bytes, rows, columns };
  } catch (error) {
    if (error instanceof NotABlock) throw error;
    throw new NotABlock(`not a block of events: ${(error as Error).message}`, { cause: error });
  }
}

function readColumn(reader: ByteReader, kind: ColumnKind, rows: number): ColumnPart {
  const part: ColumnPart = {
    kind,
    start: reader.at,
    end: 0,
    keys: [],
    indexes: NO_INDEXES,
    offsets: NO_INDEXES,
  };
  if (kind === "text") reader.skipStrings(rows);
  else if (kind === "time") reader.skip(8 * rows);
  else if (kind === "score") reader.skip(5 * rows);
  else readKeyed(reader, part, rows);
  part.end = reader.at;
  return part;
}

function readKeyed(reader: ByteReader, part: ColumnPart, rows: number): void {
  if (reader.uint64() !== 1) throw new NotABlock("a dictionary is of another version");
  let values = rows;
  if (part.kind === "map") {
    part.offsets = Uint32Array.from({ length: rows }, () => reader.uint64());
    values = part.offsets.at(-1) ?? 0;
  }
  const indexBytes = indexBytesOf(reader.uint64());
  const keyCount = reader.uint64();
  for (let index = 0; index < keyCount; index += 1) part.keys.push(reader.string());
  if (reader.uint64() !== values) throw new NotABlock("a dictionary has not one index a value");
  part.indexes = reader.indexes(values, indexBytes);
  part.start = reader.at;
  if (part.kind === "map") reader.skipStrings(values);
}
