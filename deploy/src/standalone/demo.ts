import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Deps, Logger } from "@voxloop/analytics";
import type { Collector } from "@voxloop/collector";
import { createWriteKey, newSecret, type Ledger } from "@voxloop/ledger";
import type { Config } from "../config.ts";
import type { seedDemo } from "../demo/seed.ts";
import { DEFAULT_PROJECT } from "./first-start.ts";

/** The demo bank's write key: the provisioned one, else one kept in the data folder, as the ledger holds hashes only. */
export async function demoWriteKey(config: Config, ledger: Ledger): Promise<string> {
  if (config.bootstrapWriteKey !== undefined) return config.bootstrapWriteKey;
  const file = join(config.dataDir, "demo-write-key");
  const kept = await readFile(file, "utf8").catch(() => undefined);
  const key = kept ?? newSecret("vwk");
  if (kept === undefined) await writeFile(file, key, { mode: 0o600 });
  return createWriteKey(ledger, { projectId: DEFAULT_PROJECT, name: "demo bank", key });
}

export interface DemoOptions {
  config: Config;
  deps: Deps;
  collector: Collector | undefined;
  demoKey: string;
  log: Logger;
  print: (text: string) => void;
}

/** Plays the simulated fortnight in the background; gives what stops it, and waits for it to stop. */
export function playDemo({ config, deps, collector, demoKey, log, print }: DemoOptions): () => Promise<void> {
  if (collector === undefined) throw new Error("the demo needs the collector in the same process");
  const stop = new AbortController();
  const played = seed(deps, {
    endpoint: `http://${config.host}:${config.port}`,
    writeKey: demoKey,
    projectId: DEFAULT_PROJECT,
    until: deps.now(),
    drained: () => collector.drained(),
    signal: stop.signal,
    log,
    onProgress: (progress) => print(`  Simulated traffic: ${progress}\n`),
  }).catch((error: unknown) => {
    if (!stop.signal.aborted) log.error({ err: error }, "the simulated traffic stopped");
  });
  return async () => {
    stop.abort();
    await played;
  };
}

/** Loaded only when asked for: a production process does not carry the simulator. */
const seed: typeof seedDemo = async (...given) => {
  const simulator = await import("../demo/seed.ts");
  return simulator.seedDemo(...given);
};
