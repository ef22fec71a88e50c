import { Problem } from "../../http/problem.ts";
import { openCsv } from "./csv-file.ts";
import { decodeText } from "./encoding.ts";
import { openJson } from "./json-file.ts";
import { jsonItems, jsonLines } from "./json-items.ts";
import type { ImportFile } from "./record.ts";
import type { ImportEncoding } from "./voice-import.ts";
import { openWorkbook } from "./workbook.ts";

export const IMPORT_TYPES = {
  csv: ["text/csv", "text/tab-separated-values", "text/plain"],
  json: ["application/json"],
  lines: ["application/x-ndjson", "application/jsonl", "application/x-jsonlines"],
  workbook: ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
} as const;

interface Sent {
  bytes: AsyncIterable<Uint8Array>;
  contentType: string | undefined;
  encoding?: ImportEncoding | undefined;
  /** The file's number of the first row of data, when a piece of a file is sent. */
  firstRow?: number | undefined;
}

/** Opens a body by its content type; any other is refused (415). */
export async function openFile(sent: Sent): Promise<ImportFile & { encoding: ImportEncoding }> {
  const { bytes, firstRow } = sent;
  const format = formatOf(sent.contentType);
  if (format === "workbook") return { ...(await openWorkbook(bytes)), encoding: "utf-8" };
  const { encoding, text } = await decodeText(bytes, sent.encoding);
  if (format === "csv") return { ...(await openCsv(text, firstRow ?? 2)), encoding };
  const items = format === "json" ? jsonItems(text) : jsonLines(text);
  return { ...(await openJson(items, firstRow ?? 1)), encoding };
}

type Format = keyof typeof IMPORT_TYPES;

function formatOf(contentType: string | undefined): Format {
  const type = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  const formats = Object.entries(IMPORT_TYPES) as [Format, readonly string[]][];
  const format = formats.find(([, types]) => types.includes(type))?.[0];
  if (format !== undefined) return format;
  const detail = `content-type: is none of ${formats.flatMap(([, types]) => types).join(", ")}`;
  throw new Problem(415, "Unknown content type", { detail });
}
