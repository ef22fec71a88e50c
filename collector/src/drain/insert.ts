import { crc32 } from "node:zlib";
import {
  type Block,
  decodeEvents,
  encodeEvents,
  mergeInSteps,
  type NewEvent,
  NotABlock,
  readBlock,
  type Warehouse,
} from "@voxloop/warehouse";
import type { Batch } from "../spool/batch.ts";
import { inTurns } from "../turns.ts";

/** Something ClickHouse will never take as it is, with the reason; kept for a person to look at, mend and send again. */
export type Poison =
  | { reason: string; event: NewEvent | undefined }
  /** Base64 of what is no event any more. */
  | { reason: string; bytes: string };

/**
 * Inserts a batch as one block and gives what ClickHouse refuses of it. Safe to repeat: batch and halves carry tokens
 * that depend on their bytes' place and content alone. Throws when ClickHouse is away.
 */
export async function insertBatch(
  warehouse: Warehouse,
  batch: Batch,
): Promise<{ rows: number; poison: Poison[] }> {
  const { blocks, poison } = await inTurns(readBlocks(batch));
  const inserted = await insertBlocks(warehouse, blocks, batch.name);
  return { rows: inserted.rows, poison: [...poison, ...inserted.poison] };
}

function* readBlocks({ pieces, bytes }: Batch): Generator<void, { blocks: Block[]; poison: Poison[] }> {
  const blocks: Block[] = [];
  const poison: Poison[] = [];
  for (const piece of pieces) {
    const block = piece.kind === "record" ? readBlockOrReason(piece.record.block) : "damaged on disk";
    if (typeof block !== "string") blocks.push(block);
    else poison.push({ reason: block, bytes: bytes.toString("base64", piece.start, piece.end) });
    yield;
  }
  return { blocks, poison };
}

function readBlockOrReason(bytes: Buffer): Block | string {
  try {
    return readBlock(bytes);
  } catch (error) {
    if (error instanceof NotABlock) return error.message;
    throw error;
  }
}

/** Inserts blocks, halving what ClickHouse refuses until the rows that it does not take stand alone. */
export async function insertBlocks(
  warehouse: Warehouse,
  blocks: Block[],
  name: string,
): Promise<{ rows: number; poison: Poison[] }> {
  if (blocks.length === 0) return { rows: 0, poison: [] };
  const merged = await inTurns(mergeInSteps(blocks));
  try {
    await warehouse.insertEvents(merged, `${name}:${crc32(merged.bytes).toString(16)}`);
    return { rows: merged.rows, poison: [] };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const [first] = blocks;
    if (merged.rows === 1 && first !== undefined)
      return { rows: 0, poison: [{ reason: error.message, event: decodeEvents(first)[0] }] };
    const [left, right] = halve(blocks);
    const stored = await insertBlocks(warehouse, left, name);
    const more = await insertBlocks(warehouse, right, name);
    return { rows: stored.rows + more.rows, poison: [...stored.poison, ...more.poison] };
  }
}

/** Halves by blocks, and one block by its rows. */
function halve(blocks: Block[]): [Block[], Block[]] {
  const [only] = blocks;
  const middle = blocks.length >> 1;
  if (blocks.length > 1 || only === undefined) return [blocks.slice(0, middle), blocks.slice(middle)];
  const events = decodeEvents(only);
  const rows = events.length >> 1;
  const [left, right] = [events.slice(0, rows), events.slice(rows)];
  return [[readBlock(encodeEvents(left))], [readBlock(encodeEvents(right))]];
}

/** ClickHouse names what is wrong with data in its error's type; everything else may pass with time. */
function isRefusal(error: unknown): error is Error {
  const type = error instanceof Error && "type" in error ? String(error.type) : "";
  return /^(CANNOT_PARSE_|CANNOT_READ_|INCORRECT_DATA|TYPE_MISMATCH|CANNOT_CONVERT_TYPE|CANNOT_INSERT_NULL|UNEXPECTED_DATA_AFTER|VALUE_IS_OUT_OF_RANGE|DECIMAL_OVERFLOW|TOO_LARGE_STRING_SIZE|TOO_LARGE_ARRAY_SIZE|SIZES_OF_ARRAYS_DONT_MATCH|TOO_DEEP|VIOLATED_CONSTRAINT)/.test(
    type,
  );
}
