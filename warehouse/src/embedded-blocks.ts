import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { ClickHouseClient } from "@clickhouse/client";
import type { Insert } from "./engine.ts";
import { EVENT_COLUMNS, TYPE_OF } from "./native/event-columns.ts";

const KIND_OF = new Map(EVENT_COLUMNS);

/**
 * Inserts Native blocks into chDB, whose inserts from memory take text formats only: through a file that chDB reads. The
 * file is a copy of what the caller still has, so it is not synced.
 */
export function createBlockInserter(client: ClickHouseClient, path: string | undefined) {
  let folder: Promise<string> | undefined;
  let last: Promise<void> = Promise.resolve();
  const openFolder = () => mkdtemp(join(path === undefined ? tmpdir() : resolve(path), "voxloop-insert-"));
  const insertNow = async ({ table, content, bytes, settings }: Insert): Promise<void> => {
    if (content.format !== "Native") throw new Error("only Native blocks are inserted through a file");
    folder ??= openFolder();
    const file = join(await folder, "block.native");
    await writeFile(file, bytes);
    const columns = content.columns.join(", ");
    const structure = content.columns.map((name) => `${name} ${TYPE_OF[KIND_OF.get(name) ?? "text"]}`);
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
    insert(insert: Insert): Promise<void> {
      const done = last.then(() => insertNow(insert));
      last = done.catch(() => undefined);
      return done;
    },
    async close(): Promise<void> {
      await last;
      if (folder !== undefined) await rm(await folder, { recursive: true, force: true });
    },
  };
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
