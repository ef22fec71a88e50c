import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { ClickHouseClient } from "@clickhouse/client";
import type { Insert } from "./engine.ts";
import { EVENT_COLUMNS, TYPE_OF, type ColumnOfEvents } from "./native/event-columns.ts";

type NativeColumns = readonly ColumnOfEvents[];

const KIND_OF = new Map(EVENT_COLUMNS);

/**
 * Inserts Native blocks into chDB, whose inserts from memory take text formats only: through a file that chDB reads. The
 * file is a copy of what the caller still has, so it is not synced.
 */
export function createBlockInserter(client: ClickHouseClient, path: string | undefined) {
  // Of one name in the engine's own folder, so that a kill leaves nothing that the next start does not use again.
  const folder =
    path === undefined
      ? join(tmpdir(), `voxloop-insert-${randomUUID()}`)
      : join(resolve(path), "voxloop-insert");
  const file = join(folder, "block.native");
  let last: Promise<void> = Promise.resolve();
  const insertNow = async ({ table, bytes, settings }: Insert, names: NativeColumns): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(file, bytes);
    const columns = names.join(", ");
    const structure = names.map((name) => `${name} ${TYPE_OF[KIND_OF.get(name) ?? "text"]}`);
    const all = { ...settings, max_threads: 1, max_insert_threads: 1 };
    await client.command({
      query: `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM file(${quote(file)}, Native, ${quote(structure.join(", "))})
        SETTINGS ${Object.entries(all)
          .map(([name, value]) => `${name} = ${typeof value === "number" ? value : quote(String(value))}`)
          .join(", ")}`,
    });
  };
  return {
    /** One at a time; a failed one does not stop the next. */
    insert(insert: Insert, columns: NativeColumns): Promise<void> {
      const done = last.then(() => insertNow(insert, columns));
      last = done.catch(() => undefined);
      return done;
    },
    async close(): Promise<void> {
      await last;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
