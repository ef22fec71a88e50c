import { ByteReader } from "./byte-reader.ts";
import type { Block, ColumnPart } from "./block-reader.ts";
import type { NewEvent, TextColumn } from "./event-columns.ts";

/** The events of a block, as they went into `encodeEvents`. */
export function decodeEvents({ bytes, rows, columns }: Block): NewEvent[] {
  const events: NewEvent[] = Array.from({ length: rows }, () => ({
    time: 0,
    received_at: 0,
    attributes: new Map(),
  }));
  for (const [name, part] of columns) READERS[part.kind](events, { bytes, name, part });
  return events;
}

type Column = { bytes: Buffer; name: string; part: ColumnPart };

const READERS: Record<ColumnPart["kind"], (events: NewEvent[], column: Column) => void> = {
  text(events, { bytes, name, part }) {
    const reader = new ByteReader(bytes, part.start);
    for (const event of events) setText(event, name, reader.string());
  },
  dictionary(events, { name, part }) {
    for (const [row, event] of events.entries())
      setText(event, name, part.keys[part.indexes[row] ?? 0] ?? "");
  },
  time(events, { bytes, name, part }) {
    for (const [row, event] of events.entries())
      event[name as "time"] = Number(bytes.readBigInt64LE(part.start + 8 * row));
  },
  score(events, { bytes, part }) {
    for (const [row, event] of events.entries())
      if (bytes[part.start + row] === 0)
        event.score = bytes.readFloatLE(part.start + events.length + 4 * row);
  },
  map(events, { bytes, part }) {
    const reader = new ByteReader(bytes, part.start);
    for (const [row, event] of events.entries()) {
      const from = row === 0 ? 0 : (part.offsets[row - 1] ?? 0);
      const names = part.indexes.subarray(from, part.offsets[row]);
      event.attributes = new Map(Array.from(names, (index) => [part.keys[index] ?? "", reader.string()]));
    }
  },
};

function setText(event: NewEvent, name: string, text: string): void {
  if (text !== "") event[name as TextColumn] = text;
}
