import type { Plan } from "./cursor.ts";
import { readPiece, type Piece } from "./frame.ts";
import type { SegmentLog } from "./segment-log.ts";

export interface Batch {
  /** The same for the same bytes of the same spool, also after a restart. */
  name: string;
  plan: Plan;
  pieces: Exclude<Piece, { kind: "incomplete" }>[];
  bytes: Buffer;
  /** Unix milliseconds at which its first record was received. */
  oldestAt: number | undefined;
}

/** About a hundred thousand events. */
export const BATCH_BYTES = 32 * 1024 * 1024;

/** The bounds of the next batch: whole records from `start`, about 32 megabytes of them or one that is larger. */
export async function findBatchEnd(log: SegmentLog, start: Plan): Promise<Plan> {
  let to = Math.min(start.to, start.from + BATCH_BYTES);
  for (;;) {
    const bytes = await log.read(start.segment, { from: start.from, to });
    const end = lastEnd(bytes);
    if (end > 0) return { ...start, to: start.from + end };
    if (to === start.to) return start;
    to = Math.min(start.to, to + BATCH_BYTES);
  }
}

export async function loadBatch(log: SegmentLog, of: { plan: Plan; spool: string }): Promise<Batch> {
  const { plan, spool } = of;
  const bytes = await log.read(plan.segment, plan);
  const pieces: Batch["pieces"] = [];
  for (let at = 0; at < bytes.length;) {
    const piece = readPiece(bytes, at);
    const whole: Batch["pieces"][number] =
      piece.kind === "incomplete" ? { kind: "damage", start: at, end: bytes.length } : piece;
    pieces.push(whole);
    at = whole.end;
  }
  const oldestAt = pieces.find((piece) => piece.kind === "record")?.record.header.at;
  return { name: `${spool}:${plan.segment}:${plan.from}-${plan.to}`, plan, pieces, bytes, oldestAt };
}

/** End of the last piece that is surely whole; damage that reaches the end of what was read may hide a record's start. */
function lastEnd(bytes: Buffer): number {
  let end = 0;
  while (end < bytes.length) {
    const piece = readPiece(bytes, end);
    if (piece.kind === "incomplete" || (piece.kind === "damage" && piece.end === bytes.length)) break;
    end = piece.end;
  }
  return end;
}
