import { CsvReader, delimiterOf, type CsvRow } from "./csv-cells.ts";
import { BrokenFile, type ImportFile, type ImportRecord } from "./record.ts";
import { IMPORT_LIMITS } from "./voice-import.ts";

const HEADER_SNIFFED = 64 * 1024;

/** CSV whose first row names the columns; its first row of data is `firstRow` of the file. Empty lines are passed over. */
export async function openCsv(text: AsyncIterable<string>, firstRow: number): Promise<ImportFile> {
  const iterator = text[Symbol.asyncIterator]();
  let head = "";
  for (;;) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    head += value;
    if (head.length >= HEADER_SNIFFED || /[\r\n]./.test(head)) break;
  }
  const delimiter = delimiterOf(head);
  const rows = rowsOf(head, iterator, delimiter);
  const header = await rows.next();
  const columns = header.done === true ? [] : columnNames(header.value.cells);
  return { columns, delimiter, records: recordsOf(rows, columns, firstRow) };
}

async function* rowsOf(
  head: string,
  rest: AsyncIterator<string>,
  delimiter: string,
): AsyncGenerator<CsvRow & { isUnclosed?: boolean }> {
  const reader = new CsvReader(delimiter);
  yield* reader.read(head);
  for (;;) {
    const { done, value } = await rest.next();
    if (done === true) break;
    yield* reader.read(value);
  }
  const isUnclosed = reader.isQuoted;
  const last = reader.end();
  if (last !== undefined) yield { ...last, isUnclosed };
}

async function* recordsOf(
  rows: AsyncIterable<CsvRow & { isUnclosed?: boolean }>,
  columns: readonly string[],
  firstRow: number,
): AsyncGenerator<ImportRecord> {
  let row = firstRow;
  for await (const { cells, isTooLong, isUnclosed } of rows) {
    if (cells.length > 1 || cells[0] !== "" || isTooLong) {
      if (isUnclosed === true)
        throw new BrokenFile(row, "a quote is opened and not closed: what follows it was not read");
      yield { row, cells: cellsOf(columns, cells), problem: problemOf(cells, isTooLong, columns.length) };
    }
    row += 1;
  }
}

function problemOf(cells: readonly string[], isTooLong: boolean, columns: number): string | undefined {
  if (isTooLong) return `is longer than ${IMPORT_LIMITS.row} characters`;
  return cells.length > columns && cells.slice(columns).some((cell) => cell.trim() !== "")
    ? `has ${cells.length} cells where the header has ${columns}: is a quote missing?`
    : undefined;
}

/** A name that stands twice is told apart by a number, so that neither column is lost unseen. */
export function columnNames(cells: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return cells.map((cell) => {
    const name = cell.trim();
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 || name === "" ? name : `${name} (${count})`;
  });
}

/** Cells by column, without columns that have no name. */
export function cellsOf(columns: readonly string[], cells: readonly string[]): Map<string, string> {
  const named = new Map<string, string>();
  for (const [index, column] of columns.entries()) if (column !== "") named.set(column, cells[index] ?? "");
  return named;
}
