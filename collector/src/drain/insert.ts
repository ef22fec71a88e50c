import { crc32 } from "node:zlib";
import type { Warehouse } from "@voxloop/warehouse";
import type { Batch } from "../spool/batch.ts";
import type { Poison } from "./poison.ts";

const NEWLINE = 0x0a;
const TABLE = "events_v1";

/**
 * Inserts a batch as one block and gives what ClickHouse refuses of it. Safe to repeat: batch and halves carry tokens
 * that depend on their bytes' place and content alone. Throws when ClickHouse is away.
 */
export async function insertBatch(
  warehouse: Warehouse,
  batch: Batch,
): Promise<{ rows: number; poison: Poison[] }> {
  const poison: Poison[] = [];
  const parts: Buffer[] = [];
  for (const piece of batch.pieces) {
    if (piece.kind === "record") parts.push(piece.record.ndjson);
    else
      poison.push({
        reason: "damaged on disk",
        content: batch.bytes.toString("base64", piece.start, piece.end),
      });
  }
  const ndjson = Buffer.concat(parts);
  if (ndjson.length === 0) return { rows: 0, poison };
  const token = `${batch.name}:${crc32(ndjson).toString(16)}`;
  const refused = await insertLines(warehouse, { lines: splitLines(ndjson), from: 0, token });
  return { rows: refused.stored, poison: [...poison, ...refused.poison] };
}

interface Lines {
  lines: Buffer[];
  /** Number of the first line in the batch. */
  from: number;
  token: string;
}

async function insertLines(warehouse: Warehouse, part: Lines): Promise<{ stored: number; poison: Poison[] }> {
  const { lines, from, token } = part;
  const partToken = `${token}:${from}-${from + lines.length}`;
  try {
    await warehouse.insertNdjson(TABLE, Buffer.concat(lines), partToken);
    return { stored: lines.length, poison: [] };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const [only] = lines;
    if (lines.length === 1 && only !== undefined)
      return { stored: 0, poison: [{ reason: error.message, content: only.toString("utf8").trimEnd() }] };
    const half = lines.length >> 1;
    const left = await insertLines(warehouse, { lines: lines.slice(0, half), from, token });
    const right = await insertLines(warehouse, { lines: lines.slice(half), from: from + half, token });
    return { stored: left.stored + right.stored, poison: [...left.poison, ...right.poison] };
  }
}

/** ClickHouse names what is wrong with data in its error's type; everything else may pass with time. */
function isRefusal(error: unknown): error is Error {
  const type = error instanceof Error && "type" in error ? String(error.type) : "";
  return /^(CANNOT_PARSE_|CANNOT_READ_ALL_DATA|CANNOT_READ_MAP|INCORRECT_DATA|TYPE_MISMATCH|CANNOT_CONVERT_TYPE|CANNOT_INSERT_NULL|UNEXPECTED_DATA_AFTER|VALUE_IS_OUT_OF_RANGE|DECIMAL_OVERFLOW|TOO_LARGE_STRING_SIZE|UNKNOWN_ELEMENT_OF_ENUM|TOO_DEEP)/.test(
    type,
  );
}

function splitLines(ndjson: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < ndjson.length;) {
    const newline = ndjson.indexOf(NEWLINE, start);
    const end = newline === -1 ? ndjson.length : newline + 1;
    lines.push(ndjson.subarray(start, end));
    start = end;
  }
  return lines;
}
