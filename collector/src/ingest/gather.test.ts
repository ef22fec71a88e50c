import { decodeEvents, type NewEvent, readBlock } from "@voxloop/warehouse";
import { expect, test } from "vitest";
import { gatherInto } from "./gather.ts";

/** A disk that takes a while, and what was written to it. */
function slowDisk() {
  const written: NewEvent[][] = [];
  return {
    written,
    append: async ({ block }: { block: Buffer }) => {
      await new Promise((done) => setTimeout(done, 5));
      written.push(decodeEvents(readBlock(block)));
    },
  };
}

const eventOf = (id: string, text: string): NewEvent => ({
  time: 1,
  received_at: 1,
  event_id: id,
  attributes: new Map([["text", text]]),
});

test("requests that come in while the disk is busy are written together, in their order", async () => {
  const disk = slowDisk();
  const store = gatherInto(disk);
  const ids = Array.from({ length: 50 }, (_, index) => `e${index}`);
  await Promise.all(ids.map((id) => store({ content: [eventOf(id, "")], at: 1 })));
  expect(disk.written.map((block) => block.length)).toEqual([1, 49]);
  expect(disk.written.flat().map(({ event_id: id }) => id)).toEqual(ids);
});

test("many requests of many large events at a time are all kept, none because of the others", async () => {
  const disk = slowDisk();
  const store = gatherInto(disk);
  // Together more than one block may have.
  const requests = Array.from({ length: 700 }, (_, request) =>
    Array.from({ length: 60 }, (_, index) => eventOf(`${request}-${index}`, "x".repeat(2_000))),
  );
  await Promise.all(requests.map((content) => store({ content, at: 1 })));
  expect(disk.written.flat().map(({ event_id: id }) => id)).toEqual(
    requests.flat().map(({ event_id: id }) => id),
  );
});

test("a disk that refuses is told to every request it concerns, and the next ones are tried", async () => {
  let isFull = true;
  const disk = slowDisk();
  const store = gatherInto({
    append: (record) => (isFull ? Promise.reject(new Error("full")) : disk.append(record)),
  });
  const refused = await Promise.allSettled(
    ["a", "b"].map((id) => store({ content: [eventOf(id, "")], at: 1 })),
  );
  expect(refused.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  isFull = false;
  await store({ content: [eventOf("c", "")], at: 1 });
  expect(disk.written.flat().map(({ event_id: id }) => id)).toEqual(["c"]);
});
