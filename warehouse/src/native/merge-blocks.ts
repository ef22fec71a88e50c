import type { Block } from "./block-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { indexOf, writeDictionary, writeDictionaryVersion, writeHeader } from "./column-bytes.ts";
import { EVENT_COLUMNS, type ColumnKind, type ColumnOfEvents } from "./event-columns.ts";

/** Events as ClickHouse takes them. */
export interface EventBlock {
  bytes: Buffer;
  rows: number;
  columns: ColumnOfEvents[];
}

/**
 * One block of the rows of many, in their order. A request of a hundred events is a block that ClickHouse takes as long for
 * as for ten thousand; here texts are copied as they are, and only dictionaries are joined.
 */
export function mergeBlocks(blocks: readonly Block[]): EventBlock {
  const merging = mergeInSteps(blocks);
  for (;;) {
    const step = merging.next();
    if (step.done === true) return step.value;
  }
}

/** The same, column by column, for one who has other things to do between them. */
export function* mergeInSteps(blocks: readonly Block[]): Generator<void, EventBlock> {
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
  const columns = EVENT_COLUMNS.filter(([name]) => blocks.some((block) => block.columns.has(name)));
  const bytes = blocks.reduce((sum, block) => sum + block.bytes.length, 0);
  const writer = new ByteWriter(bytes + SPARE_BYTES + SPARE_BYTES_A_ROW * rows);
  writer.varint(columns.length);
  writer.varint(rows);
  for (const [name, kind] of columns) {
    writeHeader(writer, name, kind);
    MERGERS[kind](writer, blocks, name);
    yield;
  }
  return { bytes: writer.finish(), rows, columns: columns.map(([name]) => name) };
}

/** Joined dictionaries may need wider indexes, and columns that a block has not are filled. */
const SPARE_BYTES = 4_096;
const SPARE_BYTES_A_ROW = 16;

type Merger = (writer: ByteWriter, blocks: readonly Block[], name: string) => void;

const MERGERS: Record<ColumnKind, Merger> = {
  text: (writer, blocks, name) => copyValues(writer, blocks, { name, emptyBytes: 1 }),
  time: (writer, blocks, name) => copyValues(writer, blocks, { name, emptyBytes: 8 }),
  dictionary(writer, blocks, name) {
    writeDictionaryVersion(writer);
    joinDictionaries(writer, blocks, { name, valuesOf: (block) => block.rows });
  },
  score(writer, blocks, name) {
    for (const { bytes, rows, columns } of blocks) {
      const part = columns.get(name);
      if (part === undefined) writer.reserve(rows).buffer.fill(1, writer.length - rows, writer.length);
      else writer.copy(bytes, part.start, part.start + rows);
    }
    for (const { bytes, rows, columns } of blocks) {
      const part = columns.get(name);
      if (part === undefined) writer.zeros(4 * rows);
      else writer.copy(bytes, part.start + rows, part.end);
    }
  },
  map(writer, blocks, name) {
    writeDictionaryVersion(writer);
    let before = 0;
    for (const { rows, columns } of blocks) {
      const offsets = columns.get(name)?.offsets;
      for (let row = 0; row < rows; row += 1) writer.uint64(before + (offsets?.[row] ?? 0));
      before += offsets?.at(-1) ?? 0;
    }
    joinDictionaries(writer, blocks, {
      name,
      valuesOf: (block) => block.columns.get(name)?.indexes.length ?? 0,
    });
    copyValues(writer, blocks, { name, emptyBytes: 0 });
  },
};

/** Copies the values of a column; a block without it has as many empty bytes a row. */
function copyValues(
  writer: ByteWriter,
  blocks: readonly Block[],
  { name, emptyBytes }: { name: string; emptyBytes: number },
): void {
  for (const { bytes, rows, columns } of blocks) {
    const part = columns.get(name);
    if (part === undefined) writer.zeros(emptyBytes * rows);
    else writer.copy(bytes, part.start, part.end);
  }
}

function joinDictionaries(
  writer: ByteWriter,
  blocks: readonly Block[],
  { name, valuesOf }: { name: string; valuesOf: (block: Block) => number },
): void {
  const keys = new Map([["", 0]]);
  const indexes = new Uint32Array(blocks.reduce((sum, block) => sum + valuesOf(block), 0));
  let at = 0;
  for (const block of blocks) {
    const part = block.columns.get(name);
    if (part !== undefined) {
      const joined = part.keys.map((key) => indexOf(keys, key));
      for (let value = 0; value < part.indexes.length; value += 1)
        indexes[at + value] = joined[part.indexes[value] ?? 0] ?? 0;
    }
    at += valuesOf(block);
  }
  writeDictionary(writer, [...keys.keys()], indexes);
}
