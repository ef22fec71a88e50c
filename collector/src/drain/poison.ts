import { mkdir, open, readdir, readFile, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { encodeEvents, type NewEvent, readBlock, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { syncFolder } from "../spool/folder.ts";
import { insertBlocks, type Poison } from "./insert.ts";

/** Writes what was refused of one batch into one file, a line each; doing it again replaces the file. */
export async function setAside(spoolFolder: string, name: string, poison: readonly Poison[]): Promise<void> {
  const folder = join(spoolFolder, "poison");
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name.replaceAll(":", "_")}.ndjson`);
  const file = await open(`${path}.part`, "w");
  try {
    await file.writeFile(poison.map((one) => `${JSON.stringify(one, mapsAsObjects)}\n`).join(""));
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
  await syncFolder(folder);
}

function mapsAsObjects(_name: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}

/**
 * Sends again what somebody moved from `poison/` to `replay/`. Lines that are refused again, or that hold no event, go back
 * to `poison/` with their reason. Safe to repeat: a file's content is its token. Throws when ClickHouse is away.
 */
export async function replay(
  spoolFolder: string,
  warehouse: Warehouse,
): Promise<{ rows: number; poison: Poison[] }> {
  const folder = join(spoolFolder, "replay");
  const done: { rows: number; poison: Poison[] } = { rows: 0, poison: [] };
  for (const file of await readdir(folder).catch(() => [])) {
    const text = await readFile(join(folder, file), "utf8");
    const lines = text
      .split("\n")
      .filter((line) => line !== "")
      .map(readLine);
    const events = lines.filter((line) => "attributes" in line);
    const name = `replay:${crc32(text).toString(16)}`;
    const blocks = events.length === 0 ? [] : [readBlock(encodeEvents(events))];
    const { rows, poison } = await insertBlocks(warehouse, blocks, name);
    const refused = [...poison, ...lines.filter((line) => "bytes" in line)];
    if (refused.length > 0) await setAside(spoolFolder, name, refused);
    await unlink(join(folder, file));
    done.rows += rows;
    done.poison.push(...refused);
  }
  return done;
}

const eventLine = z.object({
  event: z.looseObject({
    time: z.number(),
    received_at: z.number(),
    attributes: z.record(z.string(), z.string()).transform((pairs) => new Map(Object.entries(pairs))),
  }),
});

function readLine(line: string): NewEvent | { reason: string; bytes: string } {
  try {
    return eventLine.parse(JSON.parse(line)).event;
  } catch (error) {
    const reason = `not a line with an event: ${(error as Error).message.slice(0, 200)}`;
    return { reason, bytes: Buffer.from(line).toString("base64") };
  }
}
