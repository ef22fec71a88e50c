import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { MAP_BYTES_MAX } from "./limits.ts";
import { refuse } from "./refuse.ts";

const unzip = promisify(gunzip);

/** The text of a body that is gzipped or not; it stops at the limit, however much a small body would become. */
export async function unpackText(body: Buffer): Promise<string> {
  const bytes = body[0] === 0x1f && body[1] === 0x8b ? await inflate(body) : body;
  if (bytes.length === 0) refuse("is empty");
  if (bytes.length > MAP_BYTES_MAX) refuse(`is more than ${MAP_BYTES_MAX} bytes unpacked`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refuse("is not UTF-8");
  }
}

async function inflate(body: Buffer): Promise<Buffer> {
  try {
    return await unzip(body, { maxOutputLength: MAP_BYTES_MAX });
  } catch (error) {
    const isTooMuch = error instanceof RangeError;
    return refuse(isTooMuch ? `is more than ${MAP_BYTES_MAX} bytes unpacked` : "is not whole gzip");
  }
}
