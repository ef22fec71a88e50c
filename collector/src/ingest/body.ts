import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { LIMITS } from "@voxloop/contract";

const inflate = promisify(gunzip);

export class BodyTooLarge extends Error {}
export class BodyNotGzip extends Error {}

/** Reads a request's body and unpacks it, never holding more than the limits allow of either form. */
export async function readBody(request: Request, encoding: "identity" | "gzip"): Promise<Uint8Array> {
  const body = await readUpTo(request, LIMITS.bodyBytes);
  if (encoding === "identity") return body;
  try {
    return await inflate(body, { maxOutputLength: LIMITS.inflatedBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
      throw new BodyTooLarge(`the body unpacks to over ${LIMITS.inflatedBytes} bytes`, { cause: error });
    throw new BodyNotGzip(`the body is not gzip: ${(error as Error).message}`, { cause: error });
  }
}

async function readUpTo(request: Request, limit: number): Promise<Uint8Array> {
  const tooLarge = () => new BodyTooLarge(`the body is over ${limit} bytes`);
  const announced = request.headers.get("content-length");
  if (announced !== null) {
    if (Number(announced) > limit) throw tooLarge();
    return new Uint8Array(await request.arrayBuffer());
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
