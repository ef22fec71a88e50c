import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { startWorker, type Deps, type Logger } from "@voxloop/analytics";
import { observeCollector, openCollector, type Collector } from "@voxloop/collector";
import { findGroupingPolicy, findPublishedConfig, findWriteKey } from "@voxloop/ledger";
import type { Config } from "../config.ts";
import { demoWriteKey, playDemo } from "./demo.ts";
import { prepareInstallation, renderBanner } from "./first-start.ts";
import { traceInserts } from "../telemetry/inserts.ts";
import { timeJobs } from "../telemetry/jobs.ts";
import { observeRuntime } from "../telemetry/runtime.ts";
import { openTelemetry, type Telemetry } from "../telemetry/telemetry.ts";
import { createApp } from "./app.ts";
import { openState, type State } from "./state.ts";

/** Answers a request; `bindings` are the HTTP server's, which know the caller's address. */
export type Fetch = (request: Request, bindings: object) => Response | Promise<Response>;

export interface ProcessOptions {
  config: Config;
  log: Logger;
  demo: "off" | "bank" | "simulate";
  /** Says something to the person at the terminal. */
  print: (text: string) => void;
  /** Begins to answer HTTP; gives what ends it. */
  listen: (fetch: Fetch) => Promise<() => Promise<void>>;
}

/** Opens what the roles of this process need, wires it, listens; `close` ends all in reverse and loses nothing. */
export async function startProcess(given: ProcessOptions): Promise<{ close(): Promise<void> }> {
  const { config } = given;
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    const telemetry = await openTelemetry(config.telemetry, given.log);
    const stopWatching = observeRuntime(telemetry.meters);
    closers.push(() => telemetry.close().finally(stopWatching));
    const options = { ...given, log: telemetry.log };
    const state = await openState(config, options.log);
    closers.push(() => state.close());
    const ending = new AbortController();
    const scheduler = timeJobs(state.scheduler, telemetry);
    const deps = { ...toDeps(options, state), scheduler, ending: ending.signal };
    const isFull = config.roles.has("api");
    const first = isFull ? await prepareInstallation(config, state.ledger, deps.now()) : undefined;
    const collector = config.roles.has("collector")
      ? await openCollecting(options, state, telemetry)
      : undefined;
    if (collector !== undefined) closers.push(() => collector.close());
    const demoKey = options.demo === "off" ? undefined : await demoWriteKey(config, state.ledger);
    const app = await createApp({ config, deps, collector, demoWriteKey: demoKey, telemetry });
    closers.push(await options.listen((request, bindings) => app.fetch(request, bindings)));
    // Answers without an end of their own would hold up the end of listening.
    closers.push(async () => ending.abort());
    if (config.roles.has("worker")) {
      const worker = await startWorker(deps);
      closers.push(() => worker.stop());
    }
    if (first !== undefined) options.print(renderBanner(config, first, demoKey !== undefined));
    if (demoKey !== undefined && options.demo === "simulate")
      closers.push(playDemo({ ...options, deps, collector, demoKey }));
    return { close };
  } catch (error) {
    await close();
    throw error;
  }
}

function toDeps({ config, log }: ProcessOptions, state: State): Deps {
  return {
    warehouse: state.warehouse,
    ledger: state.ledger,
    scheduler: state.scheduler,
    now: () => new Date(),
    log,
    publicUrl: config.publicUrl,
    allowPrivateWebhooks: config.allowPrivateWebhooks,
  };
}

/** Beyond, one process takes more than its own threads of HTTP can bring. */
const CONVERTERS_MAX = 4;

async function openCollecting(
  { config, log }: ProcessOptions,
  state: State,
  telemetry: Telemetry,
): Promise<Collector> {
  const spoolDir = join(config.dataDir, "spool");
  await mkdir(spoolDir, { recursive: true, mode: 0o700 });
  const collector = await openCollector({
    warehouse: traceInserts(state.warehouse, telemetry),
    findKey: (key) => findWriteKey(state.ledger, key),
    findConfig: (projectId) => findPublishedConfig(state.ledger, projectId),
    findPolicy: (projectId) => findGroupingPolicy(state.ledger, projectId),
    spoolDir,
    spoolMaxBytes: config.spoolMaxBytes,
    workers: Math.min(CONVERTERS_MAX, Math.max(1, availableParallelism() - 1)),
    now: () => new Date(),
    log,
  });
  for (const meter of telemetry.meters) observeCollector(meter, () => collector.stats());
  return collector;
}
