import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { measureConversion } from "@voxloop/collector/bench";
import { makeBody } from "./ingest/bodies.ts";
import { ingestTable } from "./ingest/table.ts";
import { questionsTable } from "./questions/table.ts";
import { sdkTable } from "./sdk/table.ts";
import { table } from "./table.ts";

/* `pnpm bench ingest`, `pnpm bench convert`, `pnpm bench sdk`, `pnpm bench questions`: print a table of what the machine they run on does. */

const USAGE =
  "usage: pnpm bench ingest [--kind protobuf|json|beacon] [--seconds 60] [--rate 60000] | pnpm bench convert | pnpm bench sdk | pnpm bench questions [--events 10000000] [--data folder] [--only funnel]";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    /** Any of protobuf, json, beacon; all by default. */
    kind: { type: "string", multiple: true },
    /** Simulated events that questions are asked of, and where they are kept for the next run. */
    events: { type: "string", default: "10000000" },
    data: { type: "string" },
    /** Questions with this in their name alone. */
    only: { type: "string" },
    seconds: { type: "string", default: "60" },
    /** Events a second; by default the target, and 0 sends as fast as it is answered. */
    rate: { type: "string" },
  },
});

const CONVERTED_BODIES = 300;

function bodiesOf(kind: "protobuf" | "json"): Buffer[] {
  return Array.from({ length: CONVERTED_BODIES }, () => makeBody(kind).body);
}

function convertTable(): string {
  const costs = measureConversion({ protobuf: bodiesOf("protobuf"), json: bodiesOf("json") });
  return table(Object.entries(costs).map(([step, cost]) => ({ step, "us an event": cost.toFixed(2) })));
}

const BENCHES: Record<string, () => string | Promise<string>> = {
  ingest: () => ingestTable(values),
  convert: convertTable,
  sdk: sdkTable,
  questions: () => questionsTable(values),
};

const run = BENCHES[positionals[0] ?? ""];
if (run === undefined) throw new Error(USAGE);
const machine = `${cpus().length} x ${cpus()[0]?.model ?? "?"}, ${(totalmem() / 1e9).toFixed(0)} GB, node ${process.version}`;
process.stdout.write(`${machine}, ${new Date().toISOString()}\n\n${await run()}\n`);
