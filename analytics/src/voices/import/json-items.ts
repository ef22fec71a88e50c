import { BrokenFile } from "./record.ts";
import { IMPORT_LIMITS } from "./voice-import.ts";

/** The text of one item of a JSON array, or undefined for one that is longer than a row may be. */
export type JsonItem = string | undefined;

const OPENS = new Set(["{", "["]);

/**
 * The items of the first array of a JSON text as it comes in pieces: `[...]`, or `{"data": [...]}` as APIs answer. Throws
 * BrokenFile when there is no array, or it has no end.
 */
export async function* jsonItems(text: AsyncIterable<string>): AsyncGenerator<JsonItem> {
  const reader = new ItemReader();
  for await (const piece of text) {
    yield* reader.read(piece);
    if (reader.isDone) return;
  }
  reader.end();
}

/** Lines that are not empty, as they come. */
export async function* jsonLines(text: AsyncIterable<string>): AsyncGenerator<JsonItem> {
  let line = "";
  let length = 0;
  const add = (piece: string) => {
    length += piece.length;
    if (length <= IMPORT_LIMITS.row) line += piece;
  };
  for await (const piece of text) {
    const [first = "", ...rest] = piece.split("\n");
    add(first);
    for (const next of rest) {
      yield length > IMPORT_LIMITS.row ? undefined : line.trim();
      line = "";
      length = 0;
      add(next);
    }
  }
  yield length > IMPORT_LIMITS.row ? undefined : line.trim();
}

class ItemReader {
  #isInArray = false;
  #isInString = false;
  #isEscaped = false;
  #depth = 0;
  #item = "";
  #length = 0;
  #count = 0;
  isDone = false;

  *read(piece: string): Generator<JsonItem> {
    let from = 0;
    for (let at = 0; at < piece.length && !this.isDone; at += 1) {
      const char = piece[at] ?? "";
      if (this.#isInString) this.#readString(char);
      else if (char === '"') this.#isInString = true;
      else if (this.#isInArray && this.#depth === 0 && (char === "," || char === "]")) {
        this.#add(piece.slice(from, at));
        from = at + 1;
        yield* this.#endItem(char === "]");
      } else if (char === "[" && !this.#isInArray) {
        this.#isInArray = true;
        from = at + 1;
      } else this.#readDepth(char);
    }
    if (this.#isInArray && !this.isDone) this.#add(piece.slice(from));
  }

  end(): void {
    throw new BrokenFile(
      this.#count + 1,
      this.#isInArray ? "the array has no end: what follows was not read" : "the body holds no JSON array",
    );
  }

  #readString(char: string): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (char === "\\") this.#isEscaped = true;
    else if (char === '"') this.#isInString = false;
  }

  #readDepth(char: string): void {
    if (!this.#isInArray) return;
    if (OPENS.has(char)) this.#depth += 1;
    else if (char === "}" || char === "]") this.#depth -= 1;
  }

  #add(text: string): void {
    this.#length += text.length;
    if (this.#length <= IMPORT_LIMITS.row) this.#item += text;
  }

  *#endItem(isLast: boolean): Generator<JsonItem> {
    const item = this.#length > IMPORT_LIMITS.row ? undefined : this.#item.trim();
    this.isDone = isLast;
    this.#item = "";
    this.#length = 0;
    // `[]` and a comma before the end are no items.
    if (isLast && item === "") return;
    this.#count += 1;
    yield item;
  }
}
