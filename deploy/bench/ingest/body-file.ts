import { createReadStream, createWriteStream } from "node:fs";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { type BodyKind, makeBody } from "./bodies.ts";

const LENGTH_BYTES = 4;

/** Writes bodies with this many events together into a file: what a load generator would spend its time on during a run. */
export async function writeBodies(
  path: string,
  kind: BodyKind,
  events: number,
): Promise<{ plainBytesPerEvent: number }> {
  const file = createWriteStream(path);
  let made = 0;
  let plainBytes = 0;
  while (made < events) {
    const one = makeBody(kind);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32LE(one.body.length);
    if (!file.write(Buffer.concat([length, one.body]))) await once(file, "drain");
    made += one.events;
    plainBytes += one.plainBytes;
  }
  file.end();
  await once(file, "close");
  return { plainBytesPerEvent: plainBytes / made };
}

export async function readBodies(path: string): Promise<Buffer[]> {
  const all = await buffer(createReadStream(path));
  const bodies: Buffer[] = [];
  for (let at = 0; at < all.length;) {
    const start = at + LENGTH_BYTES;
    at = start + all.readUInt32LE(at);
    bodies.push(all.subarray(start, at));
  }
  return bodies;
}
