/** One row of a file as it was read: its cells by column, or why it could not be read. */
export interface ImportRecord {
  row: number;
  cells: ReadonlyMap<string, string>;
  problem?: string | undefined;
}

/** A file as its rows come; `columns` are known when `records` are asked for, and those of JSON are the first row's. */
export interface ImportFile {
  columns: readonly string[];
  delimiter: string;
  records: AsyncIterable<ImportRecord>;
}

/** Reading cannot go on: what was read before is kept, and the reason is told as the row's. */
export class BrokenFile extends Error {
  readonly row: number;

  constructor(row: number, reason: string) {
    super(reason);
    this.row = row;
  }
}
