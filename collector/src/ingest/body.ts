import { gunzipSync } from "node:zlib";
import { LIMITS } from "@voxloop/contract";
import { Refused } from "./refused.ts";

export type Compression = "identity" | "gzip";

/** How a body is compressed, by its Content-Encoding. */
export function compressionOf(contentEncoding: string | null): Compression {
  const name = (contentEncoding ?? "").trim().toLowerCase();
  if (name === "" || name === "identity") return "identity";
  if (name === "gzip") return "gzip";
  throw new Refused(
    "unsupported",
    `the content encoding ${JSON.stringify(name)} is neither gzip nor identity`,
  );
}

export function tooLarge(limit: number): Refused {
  return new Refused("too_large", `the body is over ${limit} bytes`);
}

/** Unpacks a body, never to more than the limit. */
export function unpack(
  body: Uint8Array,
  compression: Compression,
  limit: number = LIMITS.inflatedBytes,
): Uint8Array {
  if (compression === "identity") return body;
  try {
    return gunzipSync(body, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
      throw new Refused("too_large", `the body unpacks to over ${limit} bytes`, {
        cause: error,
      });
    throw new Refused("malformed", `the body is not gzip: ${(error as Error).message}`, { cause: error });
  }
}
