import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { startWorker, type Deps, type Logger } from "@voxloop/analytics";
import { openCollector, type Collector } from "@voxloop/collector";
import { findWriteKey } from "@voxloop/ledger";
import type { Config } from "../config.ts";
import { demoWriteKey, playDemo } from "./demo.ts";
import { prepareInstallation, renderBanner } from "./first-start.ts";
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
export async function startProcess(options: ProcessOptions): Promise<{ close(): Promise<void> }> {
  const { config, log } = options;
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    const state = await openState(config, log);
    closers.push(() => state.close());
    const deps = toDeps(config, state, log);
    const isFull = config.roles.has("api");
    const first = isFull ? await prepareInstallation(config, state.ledger, deps.now()) : undefined;
    const collector = config.roles.has("collector") ? await openCollecting(options, state) : undefined;
    if (collector !== undefined) closers.push(() => collector.close());
    const demoKey = options.demo === "off" ? undefined : await demoWriteKey(config, state.ledger);
    const app = await createApp({ config, deps, collector, demoWriteKey: demoKey });
    closers.push(await options.listen((request, bindings) => app.fetch(request, bindings)));
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

function toDeps(config: Config, state: State, log: Logger): Deps {
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

async function openCollecting({ config, log }: ProcessOptions, state: State): Promise<Collector> {
  const spoolDir = join(config.dataDir, "spool");
  await mkdir(spoolDir, { recursive: true, mode: 0o700 });
  return openCollector({
    warehouse: state.warehouse,
    findProject: async (key) => (await findWriteKey(state.ledger, key))?.projectId,
    spoolDir,
    spoolMaxBytes: config.spoolMaxBytes,
    now: () => new Date(),
    log,
  });
}
