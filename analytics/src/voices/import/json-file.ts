import type { JsonItem } from "./json-items.ts";
import type { ImportFile, ImportRecord } from "./record.ts";
import { IMPORT_LIMITS } from "./voice-import.ts";

/** Objects whose members are the columns, those within by a path: `attributes.rating`. */
export async function openJson(items: AsyncGenerator<JsonItem>, firstRow: number): Promise<ImportFile> {
  const records = recordsOf(items, firstRow);
  const first = await records.next();
  const columns = first.done === true ? [] : [...first.value.cells.keys()];
  return { columns, delimiter: "", records: first.done === true ? records : withFirst(first.value, records) };
}

async function* withFirst(first: ImportRecord, rest: AsyncIterable<ImportRecord>) {
  yield first;
  yield* rest;
}

async function* recordsOf(items: AsyncIterable<JsonItem>, firstRow: number): AsyncGenerator<ImportRecord> {
  let row = firstRow;
  for await (const item of items) {
    if (item !== "") yield recordOf(item, row);
    row += 1;
  }
}

function recordOf(item: JsonItem, row: number): ImportRecord {
  const cells = new Map<string, string>();
  if (item === undefined) return { row, cells, problem: `is longer than ${IMPORT_LIMITS.row} characters` };
  try {
    const value: unknown = JSON.parse(item);
    if (!isRecord(value)) return { row, cells, problem: "is no JSON object" };
    flatten(value, [], cells);
    return { row, cells };
  } catch {
    return { row, cells, problem: "is not JSON" };
  }
}

const DEPTH_MAX = 4;

function flatten(value: Record<string, unknown>, path: readonly string[], cells: Map<string, string>): void {
  for (const [name, inner] of Object.entries(value)) {
    const column = [...path, name];
    if (isRecord(inner) && path.length < DEPTH_MAX) flatten(inner, column, cells);
    else cells.set(column.join("."), textOf(inner));
  }
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  const isFlat = Array.isArray(value) && value.every((one) => typeof one !== "object");
  return isFlat ? value.join(", ") : JSON.stringify(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
