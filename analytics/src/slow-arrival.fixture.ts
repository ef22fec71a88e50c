import type { Warehouse } from "@voxloop/warehouse";

interface Arrived {
  /** Unix milliseconds, as `received`. */
  time: number;
  received: number;
  event_id: string;
}

/** Events as they are counted: by time, then receipt, then id, and of copies the first. */
export function inArrivalOrder<Event extends Arrived>(events: readonly Event[]): Event[] {
  const sorted = events.toSorted(
    (a, b) =>
      a.time - b.time ||
      a.received - b.received ||
      a.event_id.length - b.event_id.length ||
      (a.event_id < b.event_id ? -1 : Number(a.event_id > b.event_id)),
  );
  return sorted.filter((event, at) => sorted.findIndex((other) => other.event_id === event.event_id) === at);
}

/** Stores rows of `events_v1`, and copies in an insert of their own: those that come in one insert are one row at once. */
export async function insertCopiesApart(
  warehouse: Warehouse,
  rows: readonly { event_id: string }[],
): Promise<void> {
  const isCopy = (row: { event_id: string }, at: number) =>
    rows.findIndex(({ event_id }) => event_id === row.event_id) !== at;
  await warehouse.insert(
    "events_v1",
    rows.filter((row, at) => !isCopy(row, at)),
  );
  await warehouse.insert("events_v1", rows.filter(isCopy));
}
