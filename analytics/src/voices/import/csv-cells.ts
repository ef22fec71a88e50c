import { IMPORT_LIMITS } from "./voice-import.ts";

export interface CsvRow {
  cells: string[];
  isTooLong: boolean;
}

type State = "start" | "plain" | "quoted" | "closed";

/**
 * Cells of CSV (RFC 4180) as text comes in pieces. A quote opens a cell only at its start; one that never closes takes the rest
 * of the file, of which no more than a row may be long is kept.
 */
export class CsvReader {
  #state: State = "start";
  #cells: string[] = [];
  #cell = "";
  #length = 0;
  #wasReturn = false;
  readonly #delimiter: string;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  /** True while a quote is open. */
  get isQuoted(): boolean {
    return this.#state === "quoted";
  }

  /** The rows that end within the piece; empty lines are rows of one empty cell. */
  *read(text: string): Generator<CsvRow> {
    let at = 0;
    while (at < text.length) {
      if (this.#state === "quoted") {
        at = this.#readQuoted(text, at);
        continue;
      }
      const char = text[at] ?? "";
      at += 1;
      if (char === "\n" && this.#wasReturn) this.#wasReturn = false;
      else if (char === "\n" || char === "\r") {
        this.#wasReturn = char === "\r";
        yield this.#endRow();
      } else {
        this.#wasReturn = false;
        at = this.#readPlain(text, char, at);
      }
    }
  }

  /** The last row, when the file does not end with a line's end. */
  end(): CsvRow | undefined {
    const isEmpty = this.#state === "start" && this.#cells.length === 0;
    return isEmpty ? undefined : this.#endRow();
  }

  #readQuoted(text: string, at: number): number {
    const quote = text.indexOf('"', at);
    this.#add(text.slice(at, quote === -1 ? text.length : quote));
    if (quote === -1) return text.length;
    this.#state = "closed";
    return quote + 1;
  }

  #readPlain(text: string, char: string, at: number): number {
    if (char === this.#delimiter) {
      this.#endCell();
      return at;
    }
    if (char === '"' && this.#state !== "plain") {
      // A second quote in a row stands for one.
      if (this.#state === "closed") this.#add('"');
      this.#state = "quoted";
      return at;
    }
    this.#state = "plain";
    let end = at;
    while (end < text.length && !this.#isEnd(text[end] ?? "")) end += 1;
    this.#add(text.slice(at - 1, end));
    return end;
  }

  #isEnd(char: string): boolean {
    return char === this.#delimiter || char === "\n" || char === "\r";
  }

  #add(text: string): void {
    this.#length += text.length;
    if (this.#length <= IMPORT_LIMITS.row) this.#cell += text;
  }

  #endCell(): void {
    this.#cells.push(this.#cell);
    this.#cell = "";
    this.#state = "start";
  }

  #endRow(): CsvRow {
    this.#endCell();
    const row = { cells: this.#cells, isTooLong: this.#length > IMPORT_LIMITS.row };
    this.#cells = [];
    this.#length = 0;
    return row;
  }
}

/** The delimiter that the first line has most of, outside of quotes. */
export function delimiterOf(text: string): string {
  const line = text.replaceAll(/"[^"]*"?/g, "").split(/[\r\n]/, 1)[0] ?? "";
  const counts = [",", ";", "\t", "|"].map((delimiter) => [line.split(delimiter).length, delimiter] as const);
  return counts.reduce((most, one) => (one[0] > most[0] ? one : most))[1];
}
