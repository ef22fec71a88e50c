import { columnKey } from "./detect-mapping.ts";
import type { ReadyMapping } from "./mappings.ts";
import type { ImportColumns } from "./voice-import.ts";

/** A row's values by field; those of columns that are not kept are not in it. */
export type FieldValues = Map<string, string>;

interface Place {
  field: string;
  /** Of several columns of one field the lowest that is not empty counts. */
  rank: number;
}

/** Turns columns into fields, by a ready mapping or by one's own. */
export class ColumnReader {
  readonly #places = new Map<string, Place | undefined>();
  readonly #find: (column: string) => Place | undefined;

  constructor(ready: ReadyMapping, own: ImportColumns | undefined) {
    this.#find = own === undefined ? byReady(ready) : byOwn(own);
  }

  /** The field of a column; empty for one that is not kept. */
  fieldOf(column: string): string {
    return this.#placeOf(column)?.field ?? "";
  }

  read(cells: ReadonlyMap<string, string>): FieldValues {
    const values: FieldValues = new Map();
    const ranks = new Map<string, number>();
    for (const [column, text] of cells) {
      const place = text === "" ? undefined : this.#placeOf(column);
      if (place === undefined || place.rank >= (ranks.get(place.field) ?? Infinity)) continue;
      values.set(place.field, text);
      ranks.set(place.field, place.rank);
    }
    return values;
  }

  #placeOf(column: string): Place | undefined {
    if (!this.#places.has(column)) this.#places.set(column, this.#find(column));
    return this.#places.get(column);
  }
}

function byReady(ready: ReadyMapping): (column: string) => Place | undefined {
  const places = new Map<string, Place>();
  for (const [field, columns] of Object.entries(ready.columns)) {
    for (const [rank, column] of columns.entries()) places.set(column, { field, rank });
  }
  return (column) =>
    places.get(columnKey(column)) ??
    (column.startsWith("attributes.") ? { field: column, rank: 0 } : undefined);
}

function byOwn(own: ImportColumns): (column: string) => Place | undefined {
  const places = new Map<string, Place>();
  for (const [rank, [column, field]] of Object.entries(own).entries())
    places.set(column.trim(), { field, rank });
  return (column) => places.get(column.trim());
}
