import {
  appendFile,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Spool, SpoolFullError } from "./spool.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };
let folder: string;
let spool: Spool;
const openSpool = (maxBytes = 64 * 1024 * 1024) => Spool.open({ folder, maxBytes, log });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "voxloop-spool-"));
  spool = await openSpool();
});
afterEach(async () => {
  await spool.close().catch(() => undefined);
  await rm(folder, { recursive: true });
});

const record = (text: string) => ({
  header: { at: 1_700_000_000_000 },
  block: Buffer.from(`${JSON.stringify({ text })}\n`),
});
const append = (text: string) => spool.append(record(text));

/** Drains all that is there and gives the texts and the names of the batches. */
async function drain(): Promise<{ texts: string[]; names: string[]; damaged: number }> {
  const found = { texts: [] as string[], names: [] as string[], damaged: 0 };
  for (let batch = await spool.nextBatch(); batch !== undefined; batch = await spool.nextBatch()) {
    found.names.push(batch.name);
    for (const piece of batch.pieces)
      if (piece.kind === "damage") found.damaged += piece.end - piece.start;
      else found.texts.push(JSON.parse(piece.record.block.toString()).text);
    spool.confirm(batch);
  }
  return found;
}

const segmentFiles = async () => (await readdir(join(folder, "segments"))).toSorted();
const pathOf = (name: string | undefined) => join(folder, "segments", name ?? "");

/** What a kill -9 leaves: the files as they are, and a lock of a process that is gone. */
async function crash(): Promise<void> {
  const cursor = await readFile(join(folder, "cursor"));
  await spool.close();
  await writeFile(join(folder, "cursor"), cursor);
  await writeFile(join(folder, "lock"), JSON.stringify({ pid: 2 ** 22 + 1, boot: "", started: "1" }));
}

test("records come back in the order they were appended, once", async () => {
  for (const text of ["a", "b", "c"]) await append(text);
  expect((await drain()).texts).toEqual(["a", "b", "c"]);
  expect((await drain()).texts).toEqual([]);
  await append("d");
  expect((await drain()).texts).toEqual(["d"]);
  expect(spool.bytes).toBe(0);
});

test("appends that wait together share a sync", async () => {
  const before = spool.syncs;
  await Promise.all(Array.from({ length: 500 }, (_, index) => append(String(index))));
  expect(spool.syncs - before).toBeLessThanOrEqual(3);
  expect((await drain()).texts).toHaveLength(500);
});

test("what was not drained is there after a restart, and what was drained is not", async () => {
  await append("a");
  await drain();
  await append("b");
  await spool.close();
  spool = await openSpool();
  expect((await drain()).texts).toEqual(["b"]);
});

test("a batch given before a crash is given again after it with the same name and bounds, although more was appended", async () => {
  await append("a");
  await append("b");
  const before = await spool.nextBatch();
  await append("c");
  await crash();
  spool = await openSpool();
  const after = await spool.nextBatch();
  expect(after?.name).toBe(before?.name);
  expect(after?.bytes).toEqual(before?.bytes);
  if (after !== undefined) spool.confirm(after);
  expect((await drain()).texts).toEqual(["c"]);
});

test("another spool names its batches otherwise", async () => {
  await append("a");
  const { names } = await drain();
  await spool.close();
  await rm(folder, { recursive: true });
  await mkdir(folder);
  spool = await openSpool();
  await append("a");
  expect((await drain()).names).not.toEqual(names);
});

test("a torn end is cut after a crash, wherever it was torn, and all before it is kept", async () => {
  await append("first");
  await append("second");
  const [name] = await segmentFiles();
  const whole = await readFile(pathOf(name));
  const firstEnd = whole.length / 2;
  await crash();
  for (const size of [whole.length - 1, firstEnd + 17, firstEnd + 15, firstEnd + 1]) {
    await writeFile(pathOf(name), whole.subarray(0, size));
    spool = await openSpool();
    expect(spool.bytes, `torn at ${size}`).toBe(firstEnd - (firstEnd - whole.indexOf("VXS2", 1)));
    await append("after");
    await spool.close();
    const content = await readFile(pathOf(name), "utf8");
    expect(content).toContain("first");
    expect(content).toContain("after");
    expect(content).not.toContain("second");
  }
  spool = await openSpool();
  expect(await drain()).toMatchObject({ texts: ["first", "after"], damaged: 0 });
});

test("zeros or noise after the last record, as some file systems leave them, are cut", async () => {
  await append("a");
  const [name] = await segmentFiles();
  await crash();
  await appendFile(pathOf(name), Buffer.concat([Buffer.alloc(5000), Buffer.from("VXS2 noise VXS1")]));
  spool = await openSpool();
  await append("b");
  expect(await drain()).toMatchObject({ texts: ["a", "b"], damaged: 0 });
});

test.each([
  ["payload", 30],
  ["length", 5],
  ["magic", 0],
  ["checksum", 9],
])("a record whose %s rotted in the middle is stepped over and the rest is kept", async (_, at) => {
  await append("first");
  const start = spool.bytes;
  await append("rotten");
  const end = spool.bytes;
  await append("last");
  const [name] = await segmentFiles();
  await crash();
  const file = await open(pathOf(name), "r+");
  await file.write(Buffer.from([0xff]), 0, 1, start + at);
  await file.close();
  spool = await openSpool();
  expect(await drain()).toMatchObject({ texts: ["first", "last"], damaged: end - start });
});

test("segments turn over by size and are deleted once drained", async () => {
  await spool.close();
  spool = await openSpool(80_000);
  const texts = Array.from({ length: 12 }, (_, index) => String(index).padEnd(4_000, "x"));
  for (const text of texts) await append(text);
  expect((await segmentFiles()).length).toBeGreaterThan(4);
  expect((await drain()).texts).toEqual(texts);
  expect(await segmentFiles()).toHaveLength(1);
});

test("a full spool refuses, and takes again when it is drained", async () => {
  await spool.close();
  spool = await openSpool(20_000);
  const text = "x".repeat(4_000);
  for (let index = 0; index < 4; index += 1) await append(text);
  await expect(append(text)).rejects.toThrow(SpoolFullError);
  await append("small");
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => append("y".repeat(1_000))));
  expect(results.some(({ status }) => status === "rejected")).toBe(true);
  expect(spool.bytes).toBeLessThanOrEqual(20_000);
  await drain();
  await append(text);
  expect((await drain()).texts).toEqual([text]);
});

test("a record larger than a segment or a batch is kept whole", async () => {
  const text = "x".repeat(12 * 1024 * 1024);
  await append("before");
  await append(text);
  await append("after");
  expect((await drain()).texts).toEqual(["before", text, "after"]);
});

test("a second opener is refused in this process, and a lock of a process that is gone is taken over", async () => {
  await expect(openSpool()).rejects.toThrow(/already open/);
  await crash();
  spool = await openSpool();
  await append("a");
  expect((await drain()).texts).toEqual(["a"]);
});

test("a lock of a running process is respected, and one whose id now belongs to another process is not", async () => {
  await spool.close();
  const start = (await readFile("/proc/1/stat", "utf8")).split(") ")[1]?.split(" ")[19];
  const boot = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
  await writeFile(join(folder, "lock"), JSON.stringify({ pid: 1, boot, started: start }));
  await expect(openSpool()).rejects.toThrow(/held by the running process 1/);
  await writeFile(join(folder, "lock"), JSON.stringify({ pid: 1, boot, started: "7" }));
  spool = await openSpool();
  await spool.close();
  await writeFile(join(folder, "lock"), "");
  spool = await openSpool();
});

test("a torn cursor falls back to the position before", async () => {
  await append("a");
  await drain();
  await append("b");
  await spool.nextBatch();
  await crash();
  const cursor = await readFile(join(folder, "cursor"));
  const sequences = [0, 4096].map((at) =>
    Number(/"sequence":(\d+)/.exec(cursor.toString("latin1", at, at + 4096))?.[1]),
  );
  const newest = (sequences[0] ?? 0) > (sequences[1] ?? 0) ? 0 : 4096;
  cursor.fill("#", newest + 20, newest + 60);
  await writeFile(join(folder, "cursor"), cursor);
  spool = await openSpool();
  expect((await drain()).texts).toContain("b");
});

test("a segment shorter than the cursor says loses only what is gone", async () => {
  await append("a");
  await append("b");
  await spool.nextBatch();
  await crash();
  const [name] = await segmentFiles();
  await truncate(pathOf(name), (await stat(pathOf(name))).size - 3);
  spool = await openSpool();
  await append("c");
  expect((await drain()).texts).toEqual(["a", "c"]);
});

test.each([0, 30])(
  "an append after a drained segment shrank to %i bytes is not taken for drained",
  async (size) => {
    for (const text of ["a", "b"]) await append(text);
    await drain();
    await crash();
    const [name] = await segmentFiles();
    await truncate(pathOf(name), size);
    spool = await openSpool();
    await append("c");
    expect((await drain()).texts).toContain("c");
  },
);

test("an append after the segments were deleted by hand is not taken for drained", async () => {
  await append("a");
  await drain();
  await crash();
  await rm(pathOf((await segmentFiles())[0]));
  spool = await openSpool();
  await append("b");
  expect((await drain()).texts).toEqual(["b"]);
});
