export interface FilePiece {
  /** Rows of data with the header before them; a file that can be sent for itself. */
  blob: Blob;
  /** The file's number of the first of them. */
  firstRow: number;
  /** How far the file is read with this piece, in bytes. */
  end: number;
}

export interface CutOptions {
  /** Lines of JSON have no header, and no quotes that a line's end can be within. */
  format: "csv" | "lines";
  delimiter: string;
  /** As the server found it. */
  encoding: string;
  rowsMax: number;
  bytesMax: number;
}

const READ_BYTES = 1024 * 1024;
const [QUOTE, LINE_FEED, RETURN] = [0x22, 0x0a, 0x0d];

/**
 * Cuts a file between rows, so that it can be sent in pieces, whose answers say how far it is. Bytes are looked at and not read as
 * text: in UTF-8, GB18030 and Big5 no part of a character is a quote or a line's end.
 */
export async function* piecesOf(file: Blob, options: CutOptions): AsyncGenerator<FilePiece> {
  const scanner = new RowScanner(options);
  let headerEnd = options.format === "csv" ? undefined : 0;
  let [start, rows, row] = [0, 0, options.format === "csv" ? 2 : 1];
  const piece = (end: number): FilePiece => {
    const parts = [file.slice(0, headerEnd ?? 0), file.slice(start, end)];
    return { blob: new Blob(parts, { type: file.type }), firstRow: row, end };
  };
  for (let at = 0; at < file.size; at += READ_BYTES) {
    const bytes = new Uint8Array(await file.slice(at, at + READ_BYTES).arrayBuffer());
    for (const within of scanner.ends(bytes)) {
      const end = at + within;
      if (headerEnd === undefined) {
        headerEnd = start = end;
        continue;
      }
      rows += 1;
      if (rows < options.rowsMax && end - start < options.bytesMax) continue;
      yield piece(end);
      row += rows;
      [start, rows] = [end, 0];
    }
  }
  // The last row, when no line's end follows it; a file that is a header alone is sent, too: its answer says so.
  if (start < file.size || start === headerEnd) yield piece(file.size);
}

/** Finds where rows end, from one read to the next. */
class RowScanner {
  readonly #isCsv: boolean;
  readonly #width: 1 | 2;
  readonly #low: 0 | 1;
  readonly #delimiter: number;
  #isQuoted = false;
  #before = LINE_FEED;
  #wasQuoted = false;

  constructor({ format, delimiter, encoding }: CutOptions) {
    this.#isCsv = format === "csv";
    this.#width = encoding.startsWith("utf-16") ? 2 : 1;
    this.#low = encoding === "utf-16be" ? 1 : 0;
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** Offsets after each line feed that ends a row. */
  *ends(bytes: Uint8Array): Generator<number> {
    for (let at = 0; at < bytes.length; at += this.#width) {
      const code = this.#codeAt(bytes, at);
      if (this.#isCsv && code === QUOTE) this.#turn();
      else {
        if (code === LINE_FEED && !this.#isQuoted) yield at + this.#width;
        this.#wasQuoted = false;
      }
      if (code !== 0xfeff) this.#before = code;
    }
  }

  #codeAt(bytes: Uint8Array, at: number): number {
    if (this.#width === 1) return bytes[at] ?? 0;
    return (bytes[at + this.#low] ?? 0) + (bytes[at + 1 - this.#low] ?? 0) * 256;
  }

  /** A quote opens only at a cell's start, or right after one that closed: two stand for one. */
  #turn(): void {
    if (this.#isQuoted) {
      this.#isQuoted = false;
      this.#wasQuoted = true;
      return;
    }
    const isStart = [this.#delimiter, LINE_FEED, RETURN].includes(this.#before);
    this.#isQuoted = isStart || this.#wasQuoted;
    this.#wasQuoted = false;
  }
}
