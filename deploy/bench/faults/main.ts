import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startClickHouseServer } from "@voxloop/testing";
import { openWarehouse } from "@voxloop/warehouse";
import { Clients } from "./clients.ts";
import { CollectorProcess } from "./collector.ts";
import { killLoop } from "./kill-loop.ts";
import { outage } from "./outage.ts";
import { judge, keepEveryRow } from "./stored.ts";

/* Breaks what a collector stands on while clients send, and says what was lost or doubled:
   node deploy/bench/faults/main.ts kill --kills 100 --collectors 2 | kill --kills 100 --embedded | outage --minutes 10 */

const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: "string", default: "100" },
    collectors: { type: "string", default: "2" },
    embedded: { type: "boolean", default: false },
    minutes: { type: "string", default: "10" },
    clients: { type: "string", default: "24" },
    "pause-ms": { type: "string", default: "20" },
  },
});
const print = (text: string) => process.stdout.write(`${text}\n`);
const folder = await mkdtemp(join(tmpdir(), "voxloop-faults-"));
const path = join(folder, given.embedded ? "0/clickhouse" : "clickhouse");
let server = given.embedded ? undefined : await startClickHouseServer({ path });
const url = server?.url;

const prepared = await openWarehouse({ url, path });
await prepared.migrate();
await keepEveryRow(prepared);
await prepared.close();

const collectors: CollectorProcess[] = [];
for (let index = 0; index < (given.embedded ? 1 : Number(given.collectors)); index += 1)
  collectors.push(await CollectorProcess.start(join(folder, String(index)), url));
const clients = new Clients({
  name: "client",
  urls: collectors.map((collector) => collector.url),
  count: Number(given.clients),
  pauseMs: Number(given["pause-ms"]),
});
const since = Date.now();
if (positionals[0] === "outage") {
  const told = await outage({
    collectors,
    clients,
    seconds: 60 * Number(given.minutes),
    take: async () => server?.kill(),
    giveBack: async () => {
      server = await startClickHouseServer({ path, port: server?.port ?? 0 });
    },
  });
  for (const phase of told.phases) print(JSON.stringify(phase));
  print(`drained ${told.drainSeconds} s after ClickHouse was back`);
} else {
  await killLoop(collectors, Number(given.kills), (number) => number % 10 === 0 && print(`${number} kills`));
  await clients.stop();
  for (const collector of collectors) await collector.drained(300_000);
}
for (const collector of collectors) await collector.kill();
const warehouse = await openWarehouse({ url, path });
const verdict = await judge(warehouse, clients);
print(`${Math.round((Date.now() - since) / 1000)} s, not acknowledged ${JSON.stringify(clients.refused)}`);
print(JSON.stringify(verdict));
await warehouse.close();
await server?.stop();
await rm(folder, { recursive: true });
process.exit(verdict.lost + verdict.doubled + verdict.countedTwice === 0 ? 0 : 1);
