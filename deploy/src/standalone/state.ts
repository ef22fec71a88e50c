import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openScheduler, type Logger, type Scheduler } from "@voxloop/analytics";
import { openLedger, type Ledger } from "@voxloop/ledger";
import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import type { Config } from "../config.ts";

/** The three kinds of state of a process; each is a server when its address is set, else in this process. */
export interface State {
  warehouse: Warehouse;
  ledger: Ledger;
  scheduler: Scheduler;
  /** Closes all three, what was opened last first. */
  close(): Promise<void>;
}

/**
 * Opens the state. A process with `api` or `worker` brings the schemas up to date; a collector alone only connects, so
 * that it starts and accepts events while the servers are away.
 */
export async function openState(config: Config, log: Logger): Promise<State> {
  const folder = (name: string) => join(config.dataDir, name);
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const migrates = config.roles.has("api") || config.roles.has("worker");
  const ledger = await openLedger({ url: config.databaseUrl, path: folder("ledger") });
  if (migrates) await untilReachable("PostgreSQL", () => ledger.migrate(), log);
  const warehouseOptions = {
    url: config.clickhouseUrl,
    path: folder("warehouse"),
    cluster: config.clickhouseCluster,
    create: migrates,
  };
  const warehouse = await untilReachable("ClickHouse", () => openWarehouse(warehouseOptions), log);
  if (migrates) await untilReachable("ClickHouse", () => warehouse.migrate(), log);
  const scheduler = await openScheduler({ redisUrl: config.redisUrl, log });
  return {
    ledger,
    warehouse,
    scheduler,
    async close() {
      await scheduler.stop();
      await warehouse.close();
      await ledger.close();
    },
  };
}

const RETRY_MS = 2_000;
const UNREACHABLE = new Set(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "57P03"]);

/** Servers of a deployment start in any order; waits for one that is not there yet, and fails on any other error. */
async function untilReachable<Done>(
  server: string,
  attempt: () => Promise<Done>,
  log: Logger,
): Promise<Done> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      log.warn({ server }, "a server does not answer yet; trying again");
      await new Promise((done) => setTimeout(done, RETRY_MS));
    }
  }
}

function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  return UNREACHABLE.has(code) || isUnreachable(error.cause);
}
