import { Problem } from "../../http/problem.ts";
import type { Voice } from "../voice.ts";
import { ColumnReader, type FieldValues } from "./column-reader.ts";
import { columnKey, detectMapping } from "./detect-mapping.ts";
import { READY_MAPPINGS } from "./mappings.ts";
import { idOfContent } from "./read-voice.ts";
import type { ImportFile, ImportRecord } from "./record.ts";
import {
  IMPORT_LIMITS,
  IMPORT_MAPPINGS,
  importColumns,
  type ImportColumns,
  type ImportKind,
  type ImportMapping,
} from "./voice-import.ts";

export interface ImportChoices {
  layer?: Voice["layer"] | undefined;
  source?: string | undefined;
  kind?: ImportKind | undefined;
  /** A ready mapping's name, or columns with their fields as JSON. */
  mapping?: string | undefined;
}

/** How the rows of one file are read. */
export interface ImportPlan {
  layer: Voice["layer"];
  source: string;
  kind: ImportKind;
  mapping: ImportMapping | "own";
  reader: ColumnReader;
  /** What stands for the id of a row without one; undefined where rows have to have their own. */
  idOf(record: ImportRecord, values: FieldValues): string | undefined;
}

/** A ready mapping, or pairs of one's own. Throws a Problem (400) for what is neither. */
function readMapping(given: string | undefined): ImportMapping | ImportColumns | undefined {
  if (given === undefined || given === "") return undefined;
  const name = IMPORT_MAPPINGS.find((one) => one === given);
  if (name !== undefined) return name;
  const columns = importColumns.safeParse(parseJson(given));
  if (columns.success) return columns.data;
  const issue = columns.error.issues[0];
  const reason = given.startsWith("{")
    ? `${issue?.path.join(".")} ${issue?.message}`
    : `is none of ${IMPORT_MAPPINGS.join(", ")}, and no JSON object of columns and fields`;
  throw refusal("mapping", reason);
}

/** What is not chosen is told by the columns. Throws a Problem (400) when the file cannot be read so. */
export function planImport(file: ImportFile, choices: ImportChoices): ImportPlan {
  const chosen = readMapping(choices.mapping);
  const { columns } = file;
  if (columns.length > IMPORT_LIMITS.columns)
    throw refusal("columns", `the file has ${columns.length} columns; at most ${IMPORT_LIMITS.columns}`);
  const own = typeof chosen === "object" ? chosen : undefined;
  const name = typeof chosen === "string" ? chosen : detectMapping(columns);
  const ready = READY_MAPPINGS[name];
  const reader = new ColumnReader(ready, own);
  const hasIds = columns.some((column) => reader.fieldOf(column) === "externalId");
  const idFrom = new Set(ready.idFrom);
  return {
    layer: choices.layer ?? ready.layer,
    source: choices.source ?? ready.source,
    kind: choices.kind ?? ready.kind,
    mapping: own === undefined ? name : "own",
    reader,
    idOf({ cells }, values) {
      if (idFrom.size > 0) return idOfCells(cells, idFrom);
      return hasIds ? undefined : idOfContent([...values].flat());
    },
  };
}

/** Refuses (400) a table of which no row could be imported, before the first is read. */
export function assertMapped(file: ImportFile, { reader }: ImportPlan): void {
  const fields = new Set(file.columns.map((column) => reader.fieldOf(column)));
  const columns = file.columns.slice(0, 30).join(", ");
  if (!fields.has("time")) throw refusal("mapping", `no column becomes "time"; the columns are ${columns}`);
  if (!["comment", "title", "score"].some((field) => fields.has(field)))
    throw refusal("mapping", `no column becomes "comment" or "score"; the columns are ${columns}`);
}

function idOfCells(cells: ReadonlyMap<string, string>, columns: ReadonlySet<string>): string | undefined {
  const parts = [...cells].filter(([column, text]) => text !== "" && columns.has(columnKey(column)));
  return parts.length === 0 ? undefined : idOfContent(parts.flat());
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function refusal(field: string, reason: string): Problem {
  return new Problem(400, "Invalid request", {
    detail: `${field}: ${reason}`,
    errors: [{ field, reason }],
  });
}
