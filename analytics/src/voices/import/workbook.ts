import { cellsOf, columnNames } from "./csv-file.ts";
import { refusal } from "./import-plan.ts";
import type { ImportFile, ImportRecord } from "./record.ts";
import { gatherWorkbook, readPart, streamPart } from "./workbook-parts.ts";
import { attributeOf, dateOfSerial, dateStyles, richText, sharedTexts, xmlText } from "./workbook-xml.ts";

interface Sheet {
  texts: readonly string[];
  dates: ReadonlySet<number>;
  is1904: boolean;
}

interface SheetRow {
  row: number;
  cells: string[];
}

/** The first sheet that is shown of an XLSX file (ECMA-376), whose first row that is not empty names the columns. */
export async function openWorkbook(bytes: AsyncIterable<Uint8Array>): Promise<ImportFile> {
  const zip = await gatherWorkbook(bytes);
  const workbook = readPart(zip, "xl/workbook.xml");
  const path = sheetPath(workbook, readPart(zip, "xl/_rels/workbook.xml.rels"));
  const sheet = {
    texts: sharedTexts(readPart(zip, "xl/sharedStrings.xml")),
    dates: dateStyles(readPart(zip, "xl/styles.xml")),
    is1904: /date1904\s*=\s*["'](?:1|true)["']/.test(workbook),
  };
  const swallowed = mergedRows(streamPart(zip, path));
  const rows = rowsOf(streamPart(zip, path), sheet);
  const header = rows.next();
  const columns = header.done === true ? [] : columnNames(header.value.cells);
  return { columns, delimiter: ",", records: recordsOf(rows, columns, swallowed) };
}

function sheetPath(workbook: string, relations: string): string {
  const sheets = [...workbook.matchAll(/<(?:\w+:)?sheet\s[^>]*>/g)].map(([tag]) => tag);
  const shown = sheets.find((tag) => (attributeOf(tag, "state") ?? "visible") === "visible");
  const id = shown && attributeOf(shown, String.raw`\w+:id`);
  const relation = [...relations.matchAll(/<(?:\w+:)?Relationship\s[^>]*>/g)].find(
    ([tag]) => attributeOf(tag, "Id") === id,
  );
  const target = relation && attributeOf(relation[0], "Target");
  if (target === undefined) throw refusal("body", "is no XLSX file, or one without a sheet");
  return target.startsWith("/") ? target.slice(1) : `xl/${target}`;
}

async function* recordsOf(
  rows: Iterable<SheetRow>,
  columns: readonly string[],
  swallowed: ReadonlyMap<number, string>,
): AsyncGenerator<ImportRecord> {
  for (const { row, cells } of rows) {
    const range = swallowed.get(row);
    const problem =
      range === undefined
        ? undefined
        : `has cells merged with the row above (${range}): give each row its own`;
    yield { row, cells: cellsOf(columns, cells), problem };
  }
}

const MERGED_ROWS_MAX = 1_000_000;

/** Rows of which a cell is swallowed by one above, each with the range; they stand after all rows, so a sheet is unpacked twice. */
function mergedRows(xml: Iterable<string>): Map<number, string> {
  const rows = new Map<number, string>();
  let tail = "";
  for (const piece of xml) {
    const text = tail + piece;
    for (const [, range, first, last] of text.matchAll(
      /<(?:\w+:)?mergeCell\s+ref="([A-Z]+(\d+):[A-Z]+(\d+))"/g,
    )) {
      for (let row = Number(first) + 1; row <= Number(last) && rows.size < MERGED_ROWS_MAX; row += 1)
        rows.set(row, range ?? "");
    }
    tail = text.slice(Math.max(0, text.lastIndexOf("<")));
  }
  return rows;
}

const ROW = /<(?:\w+:)?row\b([^>]*)>((?:(?!<(?:\w+:)?row\b)[\s\S])*)$/;
const ROW_END = /<\/(?:\w+:)?row>/g;

/** Rows that have a text, in order; rows and cells say themselves where they are, since empty ones are left out. */
function* rowsOf(xml: Iterable<string>, sheet: Sheet): Generator<SheetRow> {
  let rest = "";
  let last = 0;
  for (const piece of xml) {
    const parts = (rest + piece).split(ROW_END);
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const [, tag = "", inner = ""] = ROW.exec(part) ?? [];
      last = Number(attributeOf(tag, "r") ?? last + 1);
      const cells = cellTexts(inner, sheet);
      if (cells.some((text) => text.trim() !== "")) yield { row: last, cells };
    }
  }
}

const CELL = /<(?:\w+:)?c\b([^>]*?)(?:\/>|>([\s\S]*?)<\/(?:\w+:)?c>)/g;
const COLUMNS_MAX = 16_384;

function cellTexts(row: string, sheet: Sheet): string[] {
  const cells: string[] = [];
  for (const [, tag = "", inner = ""] of row.matchAll(CELL)) {
    const place = attributeOf(tag, "r");
    const index = place === undefined ? cells.length : columnIndex(place);
    if (index >= COLUMNS_MAX) continue;
    while (cells.length < index) cells.push("");
    cells[index] = cellText(tag, inner, sheet);
  }
  return cells;
}

function columnIndex(place: string): number {
  const letters = /^[A-Z]+/.exec(place)?.[0] ?? "A";
  return Array.from(letters).reduce((index, letter) => index * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function cellText(tag: string, inner: string, { texts, dates, is1904 }: Sheet): string {
  const type = attributeOf(tag, "t") ?? "n";
  if (type === "inlineStr") return richText(inner);
  const value = xmlText(/<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)</.exec(inner)?.[1] ?? "");
  if (type === "s") return texts[Number(value)] ?? "";
  if (type === "b") return value === "1" ? "true" : "false";
  if (type !== "n" || value === "") return value;
  const isDate = dates.has(Number(attributeOf(tag, "s") ?? 0));
  // Excel writes 0.1 + 0.2 with all its digits, and long ids as powers of ten.
  return isDate ? dateOfSerial(Number(value), is1904) : String(Number(value));
}
