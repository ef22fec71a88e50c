import { PbfReader } from "pbf";
import { RecordProblem } from "../record.ts";

/** Wire types of the protobuf encoding (https://protobuf.dev/programming-guides/encoding/#structure). */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;

/**
 * Reads fields up to `end`. pbf itself reads past the end of a truncated message, so every step is checked here. `onField`
 * says whether it knew the field, and then has read its value; unknown fields are skipped.
 */
export function readFields(
  pbf: PbfReader,
  end: number,
  onField: (field: number, type: number) => boolean,
): void {
  const outerEnd = pbf.length;
  pbf.length = end;
  try {
    while (pbf.pos < end) {
      const tag = pbf.readVarint();
      const field = tag >>> 3;
      if (field === 0) throw new RecordProblem("it is not a protobuf message: a field has number 0");
      if (!onField(field, tag & 7)) skip(pbf, tag & 7);
      if (pbf.pos > end) throw endsWithin();
    }
  } finally {
    pbf.length = outerEnd;
  }
}

/** Enters the message at the reader and gives where it ends. */
export function messageEnd(pbf: PbfReader, { end, type }: { end: number; type: number }): number {
  expectType(type, BYTES);
  const messageEnd = pbf.readVarint() + pbf.pos;
  if (!(messageEnd <= end)) throw endsWithin();
  return messageEnd;
}

export function expectType(type: number, expected: number): void {
  if (type !== expected)
    throw new RecordProblem(`it is not of the expected protobuf message: a field has wire type ${type}`);
}

/** A field of a message that is no message itself. */
export interface Scalar<Message> {
  type: number;
  read: (pbf: PbfReader, message: Message) => void;
}

/** Reads the field at the reader into its message; false when the message has no such field. */
export function readScalar<Message>(
  pbf: PbfReader,
  { scalar, of, type }: { scalar: Scalar<Message> | undefined; of: Message; type: number },
): boolean {
  if (scalar === undefined) return false;
  expectType(type, scalar.type);
  scalar.read(pbf, of);
  return true;
}

/** A fixed64 count of nanoseconds as whole milliseconds, exact where a double of nanoseconds is not; 0 is unknown. */
export function readMilliseconds(pbf: PbfReader): number | undefined {
  const low = pbf.readFixed32();
  const high = pbf.readFixed32();
  // 2^32 = 4294 * 10^6 + 967296, and no part leaves the 53 bits of a double.
  return high * 4294 + Math.floor((high * 967_296 + low) / 1e6) || undefined;
}

/** An int64, as decimal text when a double cannot hold it. */
export function readInt64(pbf: PbfReader): number | string {
  const start = pbf.pos;
  const near = pbf.readVarint(true);
  if (Number.isSafeInteger(near)) return near;
  let exact = 0n;
  for (let at = start; at < pbf.pos; at += 1)
    exact |= BigInt((pbf.buf[at] ?? 0) & 0x7f) << BigInt(7 * (at - start));
  return BigInt.asIntN(64, exact).toString();
}

/** A reader whose bytes are a Buffer, which decodes the short texts of attributes faster than pbf's TextDecoder. */
export function openReader(bytes: Uint8Array): PbfReader {
  return new PbfReader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
}

/** Reads nothing past the message: thousands of records that each claim the rest of the body would take minutes. */
export function readText(pbf: PbfReader): string {
  const end = pbf.readVarint() + pbf.pos;
  if (!(end <= pbf.length)) throw endsWithin();
  const text = (pbf.buf as Buffer).toString("utf8", pbf.pos, end);
  pbf.pos = end;
  return text;
}

export function readBase64(pbf: PbfReader): string {
  const end = pbf.readVarint() + pbf.pos;
  if (!(end <= pbf.length)) throw endsWithin();
  const text = (pbf.buf as Buffer).toString("base64", pbf.pos, end);
  pbf.pos = end;
  return text;
}

export function readHex(pbf: PbfReader, { bytes, name }: { bytes: number; name: string }): string {
  const id = pbf.readBytes();
  if (id.length !== 0 && id.length !== bytes) throw new RecordProblem(`${name} is not ${bytes} bytes`);
  const hex = Buffer.from(id.buffer, id.byteOffset, id.length).toString("hex");
  return /^0*$/.test(hex) ? "" : hex;
}

function endsWithin(): RecordProblem {
  return new RecordProblem("it is not a protobuf message: it ends within a field");
}

function skip(pbf: PbfReader, type: number): void {
  if (type === 3 || type === 4 || type > 5)
    throw new RecordProblem(`it is not a protobuf message: a field has wire type ${type}`);
  pbf.skip(type);
}
