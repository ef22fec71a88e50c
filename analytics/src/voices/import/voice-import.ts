import { z } from "zod";
import { LAYERS, SENTIMENTS } from "../voice.ts";

/** What a column of a file can be; `attributes.NAME` keeps it under a name of one's own. */
const IMPORT_FIELDS = [
  "externalId",
  "time",
  "comment",
  "title",
  "score",
  "maxScore",
  "kind",
  "customerId",
  "author",
  "flow",
  "page",
  "release",
  "channel",
  "criterion",
  "evidence",
] as const;
export type ImportField = (typeof IMPORT_FIELDS)[number];

export const IMPORT_MAPPINGS = [
  "app_store",
  "google_play",
  "app_gallery",
  "zendesk",
  "ticket",
  "employee_post",
  "expert_assessment",
  "voice",
] as const;
export type ImportMapping = (typeof IMPORT_MAPPINGS)[number];

export const IMPORT_KINDS = ["nps", "csat", "ces", "rating", "ticket", "post", "assessment", "text"] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

export const IMPORT_ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "gb18030", "big5", "windows-1252"] as const;
export type ImportEncoding = (typeof IMPORT_ENCODINGS)[number];

export const IMPORT_LIMITS = {
  rows: 1_000_000,
  columns: 200,
  /** Characters of a comment. */
  comment: 20_000,
  /** Characters of any other field. */
  text: 1_024,
  /** Characters of a row as it is read. */
  row: 262_144,
  attributes: 32,
  errors: 1_000,
  preview: 50,
  bytes: 2 ** 31,
  /** Bytes of an XLSX file, which is read as a whole. */
  workbookBytes: 64 * 2 ** 20,
} as const;

const importField = z.union([
  z.enum(IMPORT_FIELDS),
  z.string().regex(/^attributes\..{1,128}$/, "is no field: a name of one's own begins with `attributes.`"),
]);

/** Columns by name, each with the field that it becomes. */
export const importColumns = z.record(z.string(), importField);
export type ImportColumns = z.infer<typeof importColumns>;

const importError = z.object({
  /** As a spreadsheet counts them, the header being row 1; of JSON the position, from 1. */
  row: z.number().int(),
  field: z.string(),
  reason: z.string(),
});
export type ImportError = z.infer<typeof importError>;

const previewRow = z.object({
  row: z.number().int(),
  becomes: z.enum(["new", "updated", "unchanged", "rejected"]),
  externalId: z.string(),
  time: z.string(),
  kind: z.string(),
  score: z.number().nullable(),
  comment: z.string(),
  customerId: z.string(),
  flow: z.string(),
  page: z.string(),
  release: z.string(),
  language: z.string(),
  sentimentLabel: z.enum([...SENTIMENTS, ""]),
  attributes: z.record(z.string(), z.string()),
});
export type ImportPreviewRow = z.infer<typeof previewRow>;

export const importResult = z.object({
  importId: z.string(),
  dryRun: z.boolean(),
  /** Rows that were read. */
  rows: z.number().int(),
  imported: z.number().int(),
  updated: z.number().int(),
  unchanged: z.number().int(),
  rejected: z.number().int(),
  /** Rows whose comment another row of the file had; they are imported. */
  repeated: z.number().int(),
  /** How often each rule of redaction removed something. */
  redacted: z.record(z.string(), z.number().int()),
  /** The first thousand. */
  errors: z.array(importError),
  /** False when the rest of the file was not read; the last error says why. */
  isComplete: z.boolean(),
  layer: z.enum(LAYERS),
  source: z.string(),
  mapping: z.enum([...IMPORT_MAPPINGS, "own"]),
  /** Every column of the file and the field it becomes, `` for one that is not kept. */
  columns: z.array(z.object({ column: z.string(), field: z.string() })),
  encoding: z.enum(IMPORT_ENCODINGS),
  /** Of CSV. */
  delimiter: z.string(),
  /** With `dryRun`, what the first 50 rows become. */
  preview: z.array(previewRow),
});
export type ImportResult = z.infer<typeof importResult>;
