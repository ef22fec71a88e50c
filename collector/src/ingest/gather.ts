import { LIMITS } from "@voxloop/contract";
import { encodeEvents, type NewEvent } from "@voxloop/warehouse";
import type { Spool } from "../spool/spool.ts";

/** Events received at a time, in Unix milliseconds: as they are, or as a block already. */
export interface Arrival {
  content: NewEvent[] | Buffer;
  at: number;
}

interface Waiting {
  events: NewEvent[];
  at: number;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/** So few that they stay far below the limit of a block, whatever is in them. */
const EVENTS_TOGETHER_MAX = 1_000;

/**
 * Gives what resolves when an arrival is on disk. Requests of a few events that come in while the disk syncs the ones before are
 * written as one block: thousands of beacons a second are then tens of blocks, for the disk and for ClickHouse.
 */
export function gatherInto(spool: Pick<Spool, "append">): (arrival: Arrival) => Promise<void> {
  const waiting: Waiting[] = [];
  let isWriting = false;

  const write = async (): Promise<void> => {
    isWriting = true;
    while (waiting.length > 0) {
      const together = waiting.splice(0, countTogether(waiting));
      try {
        const block = encodeEvents(
          together.flatMap(({ events }) => events),
          LIMITS.storedBytes,
        );
        await spool.append({ header: { at: together[0]?.at ?? 0 }, block });
        for (const { resolve } of together) resolve();
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    isWriting = false;
  };

  return ({ content, at }) => {
    if (!Array.isArray(content)) return spool.append({ header: { at }, block: content });
    return new Promise((resolve, reject) => {
      waiting.push({ events: content, at, resolve, reject });
      if (!isWriting) void write();
    });
  };
}

/** How many of the first have few enough events together; at least one. */
function countTogether(waiting: readonly Waiting[]): number {
  let events = 0;
  const over = waiting.findIndex((one) => (events += one.events.length) > EVENTS_TOGETHER_MAX);
  return over === -1 ? waiting.length : Math.max(1, over);
}
