import { crc32 } from "node:zlib";

/** What a record says of itself, as JSON in the first line of its payload; a block of events follows. */
interface RecordHeader {
  /** Unix milliseconds at which its first event was received. */
  at: number;
}

export interface SpoolRecord {
  header: RecordHeader;
  /** The rows, as `encodeEvents` of the warehouse writes them. */
  block: Buffer;
}

/** A stretch of a segment: a whole record, or bytes that are none. */
export type Piece =
  | { kind: "record"; start: number; end: number; record: SpoolRecord }
  | { kind: "damage"; start: number; end: number }
  | { kind: "incomplete"; start: number; needed: number };

const MAGIC = Buffer.from("VXS2");
const FRAME_BYTES = 16;
const NEWLINE = 0x0a;

/** Frame = magic, payload length, CRC-32 of the payload, CRC-32 of these twelve bytes; then the payload. */
export function encodeRecord({ header, block }: SpoolRecord): Buffer {
  const head = Buffer.from(`${JSON.stringify(header)}\n`);
  const frame = Buffer.allocUnsafe(FRAME_BYTES);
  MAGIC.copy(frame);
  frame.writeUInt32LE(head.length + block.length, 4);
  frame.writeUInt32LE(crc32(block, crc32(head)), 8);
  frame.writeUInt32LE(crc32(frame.subarray(0, 12)), 12);
  return Buffer.concat([frame, head, block]);
}

/**
 * Reads what stands at `start`: a record; damage up to the next sound record or the buffer's end; or `incomplete` when a
 * sound frame announces more bytes than the buffer has.
 */
export function readPiece(buffer: Buffer, start: number): Piece {
  const length = payloadLength(buffer, start);
  const end = start + FRAME_BYTES + (length ?? 0);
  if (length !== undefined && end > buffer.length) return { kind: "incomplete", start, needed: end - start };
  const record = length === undefined ? undefined : readPayload(buffer, start, end);
  return record === undefined
    ? { kind: "damage", start, end: nextSound(buffer, start + 1) }
    : { kind: "record", start, end, record };
}

function payloadLength(buffer: Buffer, start: number): number | undefined {
  if (start + FRAME_BYTES > buffer.length) return undefined;
  const frame = buffer.subarray(start, start + FRAME_BYTES);
  const isSound =
    frame.readUInt32LE(12) === crc32(frame.subarray(0, 12)) && frame.subarray(0, 4).equals(MAGIC);
  return isSound ? frame.readUInt32LE(4) : undefined;
}

function readPayload(buffer: Buffer, start: number, end: number): SpoolRecord | undefined {
  const payload = buffer.subarray(start + FRAME_BYTES, end);
  if (crc32(payload) !== buffer.readUInt32LE(start + 8)) return undefined;
  const lineEnd = payload.indexOf(NEWLINE);
  const header = JSON.parse(payload.toString("utf8", 0, lineEnd)) as RecordHeader;
  return { header, block: payload.subarray(lineEnd + 1) };
}

function nextSound(buffer: Buffer, from: number): number {
  for (let at = buffer.indexOf(MAGIC, from); at !== -1; at = buffer.indexOf(MAGIC, at + 1)) {
    const length = payloadLength(buffer, at);
    if (length === undefined) continue;
    const end = at + FRAME_BYTES + length;
    // One that runs past the buffer may be whole on disk; the reader finds out when it gets there.
    if (end > buffer.length || readPayload(buffer, at, end) !== undefined) return at;
  }
  return buffer.length;
}
