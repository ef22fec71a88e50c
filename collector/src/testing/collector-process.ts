import { serve } from "@hono/node-server";
import { openWarehouse } from "@voxloop/warehouse";
import { openCollector, SERVER_OPTIONS } from "../index.ts";
import { grantOf, silent } from "./start-collector.ts";

// A collector with its own embedded ClickHouse, for tests that kill it: node collector-process.ts <folder>
const [folder = ""] = process.argv.slice(2);
const warehouse = await openWarehouse({ path: `${folder}/clickhouse` });
await warehouse.migrate();
const collector = await openCollector({
  warehouse,
  findKey: async (key) => (key === "vwk_good" ? grantOf("p1") : undefined),
  spoolDir: `${folder}/spool`,
  spoolMaxBytes: 64 * 1024 * 1024,
  now: () => new Date(),
  log: silent,
});
const { fetch } = collector.app;
serve({ fetch, port: 0, hostname: "127.0.0.1", serverOptions: SERVER_OPTIONS }, ({ port }) =>
  process.stdout.write(`${port}\n`),
);
