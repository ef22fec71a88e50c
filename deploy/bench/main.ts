import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { runScenario, type Result, type Scenario } from "./ingest/run.ts";

/* `pnpm bench ingest`: prints a table of what the machine it runs on does. */

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    /** protobuf, json, beacon; all by default. */
    kind: { type: "string", multiple: true },
    seconds: { type: "string", default: "60" },
    /** Events a second; by default the target, and 0 sends as fast as it is answered. */
    rate: { type: "string" },
  },
});

const TARGETS = { protobuf: 60_000, json: 36_000, beacon: 4_000 } as const;

function scenarios(): Scenario[] {
  const kinds = values.kind ?? Object.keys(TARGETS);
  return kinds.map((kind) => {
    if (!(kind in TARGETS)) throw new Error(`no such kind of body: ${kind}`);
    const known = kind as keyof typeof TARGETS;
    const rate = values.rate === undefined ? TARGETS[known] : Number(values.rate);
    return {
      kind: known,
      seconds: Number(values.seconds),
      rate,
      atMost: TARGETS[known] * Number(values.seconds),
    };
  });
}

function describe(scenario: Scenario, result: Result): Record<string, string> {
  const { latency, stored } = result;
  const refused = Object.entries(result.statuses).filter(([status]) => status !== "200");
  return {
    body: scenario.kind,
    "bytes/event": result.plainBytesPerEvent.toFixed(0),
    "events/s": Math.round(result.acknowledged / result.seconds).toLocaleString("en"),
    "answer p50 ms": latency.p50.toFixed(1),
    "p99 ms": latency.p99.toFixed(1),
    "max ms": latency.max.toFixed(0),
    refused: refused.map(([status, count]) => `${count} x ${status}`).join(", ") || "0",
    "queryable p50 s": stored.lagP50Seconds.toFixed(2),
    "p99 s": stored.lagP99Seconds.toFixed(2),
    "drained after s": result.drainSeconds.toFixed(1),
    "lost or doubled": String(result.acknowledged - stored.events + (stored.rows - stored.events)),
    "server CPU": (result.serverCpuSeconds / (result.seconds + result.drainSeconds)).toFixed(2),
    "load CPU": (result.cpuSeconds / result.seconds).toFixed(2),
    "RSS MB": (result.mostRssBytes / 1e6).toFixed(0),
    "disk B/event": Object.values(stored.bytesPerEvent)
      .reduce((sum, bytes) => sum + bytes, 0)
      .toFixed(1),
  };
}

if (positionals[0] !== "ingest")
  throw new Error("usage: pnpm bench ingest [--kind protobuf] [--seconds 60] [--rate 60000]");
const lines = [
  `${cpus().length} x ${cpus()[0]?.model ?? "?"}, ${(totalmem() / 1e9).toFixed(0)} GB, ${new Date().toISOString()}`,
];
for (const scenario of scenarios()) {
  const result = await runScenario(scenario);
  const row = describe(scenario, result);
  if (lines.length === 1)
    lines.push(`| ${Object.keys(row).join(" | ")} |`, `|${" --- |".repeat(Object.keys(row).length)}`);
  lines.push(`| ${Object.values(row).join(" | ")} |`);
  process.stdout.write(`${JSON.stringify(result.stored.bytesPerEvent)}\n`);
}
process.stdout.write(`${lines.join("\n")}\n`);
