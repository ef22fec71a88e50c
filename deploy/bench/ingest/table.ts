import { table } from "../table.ts";
import { type BodyKind } from "./bodies.ts";
import { runScenario, type Result, type Scenario } from "./run.ts";

/** Events a second that DESIGN's targets ask for. */
const TARGETS: Record<BodyKind, number> = { protobuf: 60_000, json: 36_000, beacon: 4_000 };

/** Runs the scenarios asked for, one after the other, and says what came of each. */
export async function ingestTable(asked: {
  kind?: string[] | undefined;
  seconds: string;
  rate?: string | undefined;
}): Promise<string> {
  const rows: Record<string, string>[] = [];
  for (const kind of asked.kind ?? Object.keys(TARGETS)) {
    if (!isKind(kind)) throw new Error(`no such kind of body: ${kind}`);
    const rate = asked.rate === undefined ? TARGETS[kind] : Number(asked.rate);
    const scenario = {
      kind,
      seconds: Number(asked.seconds),
      rate,
      atMost: TARGETS[kind] * Number(asked.seconds),
    };
    rows.push(describe(scenario, await runScenario(scenario)));
  }
  return table(rows);
}

function isKind(kind: string): kind is BodyKind {
  return kind in TARGETS;
}

function describe({ kind }: Scenario, result: Result): Record<string, string> {
  const { latency, stored } = result;
  const refused = Object.entries(result.statuses).filter(([status]) => status !== "200");
  const { events_v1: events = 0, ...derived } = stored.bytesPerEvent;
  return {
    body: kind,
    "bytes/event": result.plainBytesPerEvent.toFixed(0),
    "events/s": Math.round(result.acknowledged / result.seconds).toLocaleString("en"),
    "answer p50 ms": latency.p50.toFixed(1),
    "p99 ms": latency.p99.toFixed(1),
    "max ms": latency.max.toFixed(0),
    refused: refused.map(([status, count]) => `${count} x ${status}`).join(", ") || "0",
    "queryable p50 s": stored.lagP50Seconds.toFixed(2),
    "p99 s": stored.lagP99Seconds.toFixed(2),
    "drained after s": result.drainSeconds.toFixed(1),
    "lost / doubled": `${result.acknowledged - stored.events} / ${stored.rows - stored.events}`,
    "server CPU": (result.serverCpuSeconds / (result.seconds + result.drainSeconds)).toFixed(2),
    "load CPU": (result.cpuSeconds / result.seconds).toFixed(2),
    "RSS MB": (result.mostRssBytes / 1e6).toFixed(0),
    "disk B/event": `${events.toFixed(1)} + ${sum(Object.values(derived)).toFixed(1)}`,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
