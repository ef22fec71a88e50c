import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { freePort, startChild, type Child } from "@voxloop/testing";
import { z } from "zod";
import { usageOf, watchMemory } from "../process-usage.ts";
import { writeBodies } from "./body-file.ts";
import type { BodyKind } from "./bodies.ts";
import { inspectStored, type Stored } from "./stored.ts";

const MAIN = fileURLToPath(new URL("../../src/standalone/main.ts", import.meta.url));
const LOAD = fileURLToPath(new URL("load.ts", import.meta.url));
const KEY = "vwk_benchmarkWriteKey0001";
const EVENTS_PER_BODY: Record<BodyKind, number> = { protobuf: 100, json: 100, beacon: 1 };

export interface Scenario {
  kind: BodyKind;
  seconds: number;
  /** Events a second; 0 for as many as are answered. */
  rate: number;
  /** Events to prepare when there is no rate. */
  atMost: number;
}

const loadResult = z.object({
  seconds: z.number(),
  statuses: z.record(z.string(), z.number()),
  acknowledged: z.number(),
  latency: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
  cpuSeconds: z.number(),
});

export interface Result extends z.infer<typeof loadResult> {
  plainBytesPerEvent: number;
  serverCpuSeconds: number;
  mostRssBytes: number;
  /** After the last answer, until all was in ClickHouse. */
  drainSeconds: number;
  stored: Stored;
}

/** Runs the whole product in one process beside a load generator in another, and looks at what is stored in the end. */
export async function runScenario(scenario: Scenario): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "voxloop-bench-"));
  try {
    const file = join(folder, "bodies");
    const events = scenario.rate > 0 ? scenario.rate * scenario.seconds : scenario.atMost;
    const { plainBytesPerEvent } = await writeBodies(file, scenario.kind, events);
    const server = await startServer(join(folder, "data"));
    const measured = await measure(server, scenario, file);
    await server.child.end();
    const stored = await inspectStored(join(folder, "data", "warehouse"));
    return { ...measured, plainBytesPerEvent, stored };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Server {
  url: string;
  child: Child;
}

async function startServer(dataDir: string): Promise<Server> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = await startChild(
    [process.execPath, MAIN],
    () => fetch(`${url}/readyz`).then((answer) => answer.ok),
    {
      env: {
        VOXLOOP_PORT: String(port),
        VOXLOOP_DATA_DIR: dataDir,
        VOXLOOP_BOOTSTRAP_WRITE_KEY: KEY,
        VOXLOOP_LOG_LEVEL: "warn",
      },
    },
  );
  return { url, child };
}

async function measure({ url, child }: Server, scenario: Scenario, file: string) {
  const { kind, rate } = scenario;
  const eventsPerBody = EVENTS_PER_BODY[kind];
  const options = {
    url,
    key: KEY,
    file,
    contentType: kind === "protobuf" ? "application/x-protobuf" : "application/json",
    gzip: kind !== "beacon",
    eventsPerBody,
    rate: rate / eventsPerBody,
    atOnce: kind === "beacon" ? 64 : 32,
  };
  const mostRss = watchMemory(child.pid);
  const before = await usageOf(child.pid);
  const { stdout } = await promisify(execFile)(process.execPath, [LOAD, JSON.stringify(options)], {
    maxBuffer: 2 ** 24,
  });
  const load = loadResult.parse(JSON.parse(stdout));
  const answeredAt = performance.now();
  await untilDrained(url);
  const after = await usageOf(child.pid);
  return {
    ...load,
    serverCpuSeconds: after.cpuSeconds - before.cpuSeconds,
    mostRssBytes: mostRss(),
    drainSeconds: (performance.now() - answeredAt) / 1000,
  };
}

const readiness = z.object({ spool: z.object({ bytes: z.number() }) });

async function untilDrained(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/readyz`);
    if (readiness.parse(await answer.json()).spool.bytes === 0) return;
    await sleep(50);
  }
}
