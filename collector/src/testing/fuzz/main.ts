import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openWarehouse } from "@voxloop/warehouse";
import { startCollector } from "../start-collector.ts";
import { fuzz, type FuzzResult } from "./fuzz.ts";
import { countRows, keepEveryRow } from "./stored.ts";

/* Sends a collector many made-up requests and fails on any 5xx, crash, lost or doubled event, or too much memory. */

const { values: given } = parseArgs({
  // pnpm hands on the `--` before a script's arguments.
  args: process.argv.slice(2).filter((argument) => argument !== "--"),
  options: {
    requests: { type: "string", default: "20000" },
    /** Ends sooner. */
    minutes: { type: "string", default: "60" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    "max-rss-mb": { type: "string", default: "1536" },
    workers: { type: "string", default: "1" },
  },
});
const MB = 1024 * 1024;
const seed = Number(given.seed);
const print = (text: string) => process.stdout.write(`${text}\n`);
const startedAt = Date.now();
const tell = ({ sent, answers, rssMaxBytes, failures }: FuzzResult) =>
  print(
    `${Math.round((Date.now() - startedAt) / 1000)} s: ${sent} requests, ${JSON.stringify(answers)}, ` +
      `RSS ${Math.round(process.memoryUsage.rss() / MB)} MB, at most ${Math.round(rssMaxBytes / MB)} MB, ${failures.length} failures`,
  );

print(`seed ${seed}`);
const folder = await mkdtemp(join(tmpdir(), "voxloop-fuzz-"));
const warehouse = await openWarehouse({ path: join(folder, "clickhouse") });
await warehouse.migrate();
await keepEveryRow(warehouse);
const started = await startCollector(warehouse, {
  spoolDir: join(folder, "spool"),
  spoolMaxBytes: 4 * 1024 * MB,
  workers: Number(given.workers),
});
const { app } = started.collector;
const result = await fuzz({
  requests: Number(given.requests),
  milliseconds: 60_000 * Number(given.minutes),
  seed,
  app,
  url: started.url,
  onProgress: tell,
});
await started.collector.drained();
const { accepted, poisoned, rejected } = started.collector.stats();
const stored = await countRows(warehouse);
tell(result);
print(
  `accepted ${accepted}, set aside ${poisoned}, stored ${stored.all}; rejected ${JSON.stringify(rejected)}`,
);
print(
  `of sound requests: acknowledged ${result.acknowledged}, stored ${stored.intact} of ${stored.intactIds} ids`,
);

const problems = [...result.failures];
if (stored.all + poisoned !== accepted) problems.push("not every accepted row was stored once");
if (stored.intact !== result.acknowledged || stored.intactIds !== result.acknowledged)
  problems.push("not every acknowledged event of a sound request was stored once");
if (result.rssMaxBytes > Number(given["max-rss-mb"]) * MB) problems.push(`over ${given["max-rss-mb"]} MB`);
for (const problem of problems) print(`FAILED: ${problem}`);
await started.stop();
await warehouse.close();
await rm(folder, { recursive: true });
process.exit(problems.length === 0 ? 0 : 1);
