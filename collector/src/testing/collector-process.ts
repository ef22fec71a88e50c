import { mkdir } from "node:fs/promises";
import { serve } from "@hono/node-server";
import { openWarehouse } from "@voxloop/warehouse";
import { openCollector, SERVER_OPTIONS } from "../index.ts";
import { grantOf, silent } from "./start-collector.ts";

// A collector for tests that kill it, with its own embedded ClickHouse unless it is given the address of one:
// node collector-process.ts <folder> [<port> [<ClickHouse>]]
const [folder = "", port = "0", url] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const warehouse = await openWarehouse({ path: `${folder}/clickhouse`, url, create: url === undefined });
if (url === undefined) await warehouse.migrate();
const collector = await openCollector({
  warehouse,
  findKey: async (key) => (key === "vwk_good" ? grantOf("p1") : undefined),
  spoolDir: `${folder}/spool`,
  spoolMaxBytes: 1024 * 1024 * 1024,
  workers: 1,
  now: () => new Date(),
  log: silent,
});
const { fetch } = collector.app;
const options = { fetch, port: Number(port), hostname: "127.0.0.1", serverOptions: SERVER_OPTIONS };
serve(options, (address) => process.stdout.write(`${address.port}\n`));
