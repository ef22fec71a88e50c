import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openWarehouse, type Warehouse } from "../index.ts";
import { readBlock } from "./block-reader.ts";
import { NotABlock } from "./byte-reader.ts";
import { decodeEvents } from "./decode-events.ts";
import { encodeEvents } from "./encode-events.ts";
import { EVENT_COLUMNS, TYPE_OF, type NewEvent } from "./event-columns.ts";
import { mergeBlocks } from "./merge-blocks.ts";

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "",
    "转账失败，请稍后再试",
    "a".repeat(127),
    "é".repeat(64),
    "x".repeat(300),
    "0123456789abcdef01234567",
  ),
);
// Within a month: an insert may not touch more than a hundred partitions.
const time = fc.integer({ min: 1_767_225_600_000, max: 1_769_000_000_000 });
const textColumns = EVENT_COLUMNS.filter(([, kind]) => kind === "text" || kind === "dictionary");
const someTexts = fc.dictionary(fc.constantFrom(...textColumns.map(([name]) => name)), text, { maxKeys: 8 });
const event: fc.Arbitrary<NewEvent> = fc
  .tuple(
    someTexts,
    fc.record({ time, received_at: time }),
    fc.option(fc.integer({ min: -20, max: 20 }), { nil: undefined }),
    fc.array(fc.tuple(fc.oneof(text, fc.constantFrom("os.version", "vox.seq")), text), { maxLength: 6 }),
  )
  .map(([texts, times, score, attributes]) => ({
    ...texts,
    ...times,
    ...(score === undefined ? {} : { score: score / 2 }),
    attributes: new Map(attributes),
  }));
const events = fc.array(event, { minLength: 1, maxLength: 12 });

/** Empty texts are the same as absent ones. */
function plain(all: readonly NewEvent[]): object[] {
  return all.map(({ attributes, ...rest }) => ({
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== "")),
    attributes: [...attributes],
  }));
}

test("events are the same after encoding and decoding", () => {
  fc.assert(
    fc.property(events, (all) => {
      expect(plain(decodeEvents(readBlock(encodeEvents(all))))).toEqual(plain(all));
    }),
  );
});

test("merged blocks hold the rows of each in order, whatever columns each has", () => {
  fc.assert(
    fc.property(fc.array(events, { minLength: 1, maxLength: 6 }), (groups) => {
      const merged = mergeBlocks(groups.map((group) => readBlock(encodeEvents(group))));
      expect(merged.rows).toBe(groups.flat().length);
      expect(plain(decodeEvents(readBlock(merged.bytes)))).toEqual(plain(groups.flat()));
    }),
  );
});

test("dictionaries of more keys than a byte or two can count are kept", () => {
  const pages = Array.from({ length: 70_000 }, (_, index) => `page-${index}`);
  const all = pages.map((page) => ({ time: 1, received_at: 1, page, attributes: new Map() }));
  const blocks = [all.slice(0, 300), all.slice(300)].map((part) => readBlock(encodeEvents(part)));
  const merged = readBlock(mergeBlocks(blocks).bytes);
  expect(decodeEvents(merged).map(({ page }) => page)).toEqual(pages);
});

test("bytes that are no block are refused, wherever they are cut or changed", () => {
  const bytes = encodeEvents(fc.sample(event, { numRuns: 8, seed: 3 }));
  for (let length = 0; length < bytes.length; length += 1)
    expect(() => readBlock(Buffer.from(bytes.subarray(0, length)))).toThrow(NotABlock);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
      const changed = Buffer.from(bytes);
      changed[at] = value;
      try {
        decodeEvents(readBlock(changed));
      } catch (error) {
        expect(error).toBeInstanceOf(NotABlock);
      }
    }),
  );
});

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
});
afterAll(() => warehouse.close());

test("the columns of a block are those of the table, but for what the table makes itself", async () => {
  const columns = await warehouse.query({
    name: "columns",
    sql: "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = 'events_v1' AND default_kind = ''",
    row: z.object({ name: z.string(), type: z.string() }),
  });
  expect(EVENT_COLUMNS.map(([name, kind]) => ({ name, type: TYPE_OF[kind] }))).toEqual(columns);
});

test("ClickHouse reads what was encoded and merged, once for one token", async () => {
  const groups = fc.sample(events, { numRuns: 25, seed: 7 });
  const expected = groups
    .flat()
    .map((one, index) => ({ ...one, event_id: `e${index}`, project_id: "native" }));
  let next = 0;
  const blocks = groups.map((group) => readBlock(encodeEvents(group.map(() => expected[next++]!))));
  await warehouse.insertEvents(mergeBlocks(blocks), "token");
  await warehouse.insertEvents(mergeBlocks(blocks), "token");
  const rows = await warehouse.query({
    name: "events",
    sql: `SELECT * EXCEPT (time, received_at, attributes), toUnixTimestamp64Milli(time) AS time, toUnixTimestamp64Milli(received_at) AS received_at,
      mapKeys(attributes) AS names, mapValues(attributes) AS texts
      FROM events_v1 WHERE project_id = 'native' ORDER BY toUInt32(substring(event_id, 2))`,
    row: z.looseObject({
      names: z.array(z.string()),
      texts: z.array(z.string()),
      score: z.number().nullable(),
    }),
  });
  const found = rows.map(({ names, texts, score, ...columns }) => ({
    ...Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== "")),
    ...(score === null ? {} : { score }),
    attributes: names.map((name, index) => [name, texts[index]]),
  }));
  expect(found).toEqual(plain(expected));
});
