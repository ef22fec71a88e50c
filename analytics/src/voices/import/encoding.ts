import { Problem } from "../../http/problem.ts";
import type { ImportEncoding } from "./voice-import.ts";

interface DecodedText {
  encoding: ImportEncoding;
  text: AsyncIterable<string>;
}

const SNIFFED_BYTES = 64 * 1024;

/**
 * The text of bytes in UTF-8, UTF-16 or GB18030, told by a byte order mark, zeros, or whether what is not ASCII can be read.
 * What cannot be read in the encoding becomes U+FFFD. Throws a Problem (400) when no encoding fits.
 */
export async function decodeText(
  bytes: AsyncIterable<Uint8Array>,
  given?: ImportEncoding,
): Promise<DecodedText> {
  const iterator = bytes[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let heldBytes = 0;
  let marked: ImportEncoding | undefined;
  let isAscii = true;
  // Columns are often English and comments Chinese: look until something is not ASCII, then a while longer.
  while (heldBytes < SNIFFED_BYTES || (isAscii && heldBytes < 16 * SNIFFED_BYTES)) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    isAscii &&= value.every((byte) => byte < 0x80);
    held.push(value);
    heldBytes += value.length;
    if (held.length === 1 || heldBytes < SNIFFED_BYTES / 16) marked = markOf(Buffer.concat(held));
    if (given !== undefined || marked !== undefined) break;
  }
  const encoding = given ?? marked ?? guessEncoding(Buffer.concat(held));
  return { encoding, text: textOf(held, iterator, encoding) };
}

async function* textOf(
  held: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
  encoding: ImportEncoding,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for (const bytes of held) yield decoder.decode(bytes, { stream: true });
  for (;;) {
    const { done, value } = await rest.next();
    if (done === true) break;
    yield decoder.decode(value, { stream: true });
  }
  yield decoder.decode();
}

function markOf(bytes: Buffer): ImportEncoding | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  return zerosOf(bytes.subarray(0, 1_024));
}

/** Text with ASCII in it has a zero in every such character of UTF-16, and none in any other encoding. */
function zerosOf(bytes: Buffer): ImportEncoding | undefined {
  const zeros = [0, 0];
  for (const [index, byte] of bytes.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (even + odd < bytes.length / 10) return undefined;
  return odd >= even ? "utf-16le" : "utf-16be";
}

function guessEncoding(bytes: Buffer): ImportEncoding {
  if (isMostlyUtf8(bytes)) return "utf-8";
  if (isReadable(bytes, "gb18030") && isChinese(bytes)) return "gb18030";
  throw new Problem(400, "Unknown encoding", {
    detail: "encoding: is none of UTF-8, UTF-16 and GB18030; save the file as UTF-8, or name its encoding",
    errors: [{ field: "encoding", reason: "is none of UTF-8, UTF-16 and GB18030" }],
  });
}

/** A few damaged characters are named by their rows; of text in another encoding hardly one is UTF-8. */
function isMostlyUtf8(bytes: Buffer): boolean {
  const text = new TextDecoder("utf-8").decode(bytes, { stream: true });
  const damaged = text.split("\uFFFD").length - 1;
  // oxlint-disable-next-line no-control-regex -- all of ASCII
  return damaged === 0 || damaged <= 0.1 * text.replaceAll(/[\u0000-\u007F]/g, "").length;
}

function isReadable(bytes: Buffer, encoding: string): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/**
 * Western letters read as GB18030 give rare characters whose second byte is an ASCII letter; Chinese text is nearly all of GB 2312,
 * where both bytes are from 0xA1 on.
 */
function isChinese(bytes: Buffer): boolean {
  let pairs = 0;
  let common = 0;
  for (let index = 0; index < bytes.length - 1; index += 1) {
    if ((bytes[index] ?? 0) < 0x81) continue;
    pairs += 1;
    if ((bytes[index] ?? 0) >= 0xa1 && (bytes[index + 1] ?? 0) >= 0xa1) common += 1;
    index += 1;
  }
  return common >= 0.8 * pairs;
}
