import { inTurns } from "../turns.ts";
import type { Plan } from "./cursor.ts";
import { readPiece, type Piece } from "./frame.ts";
import type { SegmentLog } from "./segment-log.ts";

export interface Batch {
  /** The same for the same bytes of the same spool, also after a restart. */
  name: string;
  plan: Plan;
  pieces: WholePiece[];
  bytes: Buffer;
  /** Unix milliseconds at which its first record was received. */
  oldestAt: number | undefined;
}

type WholePiece = Exclude<Piece, { kind: "incomplete" }>;

/** About a hundred thousand events. */
export const BATCH_BYTES = 32 * 1024 * 1024;

/** The next batch: whole records from `start`, about 32 megabytes of them or one that is larger. */
export async function findBatch(log: SegmentLog, of: { start: Plan; spool: string }): Promise<Batch> {
  const { start, spool } = of;
  let to = Math.min(start.to, start.from + BATCH_BYTES);
  for (;;) {
    const bytes = await log.read(start.segment, { from: start.from, to });
    const pieces = await inTurns(readSure(bytes));
    const end = pieces.at(-1)?.end ?? 0;
    const plan = { ...start, to: start.from + end };
    if (end > 0) return batchOf({ plan, spool, pieces, bytes: bytes.subarray(0, end) });
    if (to === start.to) return loadBatch(log, { plan: start, spool });
    to = Math.min(start.to, to + BATCH_BYTES);
  }
}

/** The batch within bounds that were found before. */
export async function loadBatch(log: SegmentLog, of: { plan: Plan; spool: string }): Promise<Batch> {
  const bytes = await log.read(of.plan.segment, of.plan);
  return batchOf({ ...of, pieces: await inTurns(readAll(bytes)), bytes });
}

function batchOf({ spool, ...of }: Omit<Batch, "name" | "oldestAt"> & { spool: string }): Batch {
  const { plan, pieces } = of;
  const oldestAt = pieces.find((piece) => piece.kind === "record")?.record.header.at;
  return { name: `${spool}:${plan.segment}:${plan.from}-${plan.to}`, oldestAt, ...of };
}

/** The pieces that are surely whole; damage that reaches the end of what was read may hide a record's start. */
function* readSure(bytes: Buffer): Generator<void, WholePiece[]> {
  const pieces: WholePiece[] = [];
  for (let at = 0; at < bytes.length; yield) {
    const piece = readPiece(bytes, at);
    if (piece.kind === "incomplete" || (piece.kind === "damage" && piece.end === bytes.length)) break;
    pieces.push(piece);
    at = piece.end;
  }
  return pieces;
}

function* readAll(bytes: Buffer): Generator<void, WholePiece[]> {
  const pieces = yield* readSure(bytes);
  const end = pieces.at(-1)?.end ?? 0;
  if (end < bytes.length) pieces.push({ kind: "damage", start: end, end: bytes.length });
  return pieces;
}
