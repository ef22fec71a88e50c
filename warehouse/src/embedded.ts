import { resolve } from "node:path";
import { createClient, parseError, type ClickHouseClient } from "@clickhouse/client";
import { createChdbConnection } from "chdb/connection";
import { createBlockInserter } from "./embedded-blocks.ts";
import { readRows, type Engine, type Read } from "./engine.ts";

/**
 * Opens chDB within this process: one engine and one folder a process. A connection of it runs one statement at a time,
 * so questions, inserts and what is asked about both have one each, and a long question holds no insert up.
 */
export async function openEmbedded(path: string | undefined, database: string): Promise<Engine> {
  const folder = path === undefined ? ":memory:" : resolve(path);
  const [writer, reader] = [await connect(folder, database), await connect(folder, database)];
  const control = await connect(folder, database);
  const readAlone = createReader(reader.client);
  const blocks = createBlockInserter(writer.client, path);
  let last: Promise<unknown> = Promise.resolve();
  return {
    client: writer.client,
    control: control.client,
    read(question) {
      const answer = last.then(() => {
        question.signal?.throwIfAborted();
        return readAlone(question);
      });
      last = answer.catch(() => undefined);
      return answer;
    },
    async insert(insert) {
      if (insert.bytes.length === 0) return;
      if (insert.content.format === "Native") return blocks.insert(insert, insert.content.columns);
      // Sends its settings within the statement and the bytes as they are.
      const settings = insert.settings as Record<string, string | number | boolean>;
      const { table, bytes: values } = insert;
      const raw = { table, values, format: "JSONEachRow", settings } as const;
      await writer.connection.chdb.rawInsert(raw).catch((error: Error) => {
        // With ClickHouse's own type and code, as a server's errors come.
        throw parseError(error.message);
      });
    },
    ping: async () => (await writer.client.ping({ select: true })).success,
    async close() {
      await last;
      await blocks.close();
      await Promise.all([reader, writer, control].map(({ client }) => client.close()));
    },
  };
}

async function connect(folder: string, database: string) {
  const connection = createChdbConnection({ path: folder });
  const client = createClient({ connection: connection as never });
  await client.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}` });
  await client.command({ query: `USE ${database}` });
  return { connection, client };
}

/** The connection keeps settings from one statement to the next, so what the last question set and this one does not is taken back. */
function createReader(client: ClickHouseClient): (read: Read) => Promise<unknown[]> {
  let left: string[] = [];
  return async (read) => {
    const stale = left.filter((name) => !(name in read.settings));
    if (stale.length > 0)
      await client.command({ query: `SET ${stale.map((name) => `${name} = DEFAULT`).join(", ")}` });
    left = Object.keys(read.settings);
    return readRows(client, read);
  };
}
