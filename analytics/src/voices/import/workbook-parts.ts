import { Unzip, UnzipInflate, unzipSync, type UnzipFileInfo } from "fflate";
import { Problem } from "../../http/problem.ts";
import { refusal } from "./import-plan.ts";
import { IMPORT_LIMITS } from "./voice-import.ts";

/** Bytes of what of a workbook is held at once; its sheet is read as it unpacks. */
const PART_MAX = 128 * 2 ** 20;
const PIECE = 16 * 1024;

/** A workbook's bytes as they were sent; more than the limit is refused (413). */
export async function gatherWorkbook(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of bytes) {
    pieces.push(piece);
    length += piece.length;
    if (length > IMPORT_LIMITS.workbookBytes)
      throw new Problem(413, "Too large", {
        detail: `An XLSX file is at most ${IMPORT_LIMITS.workbookBytes} bytes; save it as CSV.`,
      });
  }
  return Buffer.concat(pieces);
}

/** The text of a part, empty where there is none. Throws a Problem (400) for what is no workbook. */
export function readPart(zip: Uint8Array, name: string): string {
  const filter = (file: UnzipFileInfo) => {
    if (file.name !== name) return false;
    if (file.originalSize > PART_MAX) throw refusal("body", `${name} unpacks to more than ${PART_MAX} bytes`);
    return true;
  };
  try {
    return new TextDecoder().decode(unzipSync(zip, { filter })[name]);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw refusal("body", "is no XLSX file, or a damaged one");
  }
}

/** The text of a part as it unpacks, so that a sheet of a million rows is never held as a whole. */
export function* streamPart(zip: Uint8Array, name: string): Generator<string> {
  const decoder = new TextDecoder();
  let unpacked: string[] = [];
  const unzip = new Unzip((file) => {
    if (file.name !== name) return;
    file.ondata = (error, data) => {
      if (error !== null) throw refusal("body", "is a damaged XLSX file");
      unpacked.push(decoder.decode(data, { stream: true }));
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  for (let at = 0; at < zip.length; at += PIECE) {
    unzip.push(zip.subarray(at, at + PIECE), at + PIECE >= zip.length);
    yield* unpacked;
    unpacked = [];
  }
}
