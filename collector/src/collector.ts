import { Hono } from "hono";
import type { Warehouse } from "@voxloop/warehouse";
import { openConfigs, type FindConfig } from "./config/open.ts";
import { createConfigRoutes } from "./config/routes.ts";
import { type Counters, createCounters } from "./counters.ts";
import { Drain } from "./drain/drain.ts";
import { createHealthRoutes } from "./health.ts";
import { Bodies, type BodyLimits } from "./ingest/bodies.ts";
import { openConverter } from "./ingest/converter.ts";
import { gatherInto } from "./ingest/gather.ts";
import { createIngestRoutes } from "./ingest/routes.ts";
import type { FindKey } from "./keys/cache.ts";
import { openKeys } from "./keys/open.ts";
import { openLimits } from "./limits/open.ts";
import type { Logger } from "./logger.ts";
import { type FindPolicy, openPolicies } from "./policy/open.ts";
import { Reports } from "./reports/reports.ts";
import { Spool } from "./spool/spool.ts";

export interface CollectorOptions {
  warehouse: Warehouse;
  /** The grant of a write key, undefined when there is none; may reject while the ledger is away. */
  findKey: FindKey;
  /** What a project has published for its apps, likewise; unset, no project has published anything. */
  findConfig?: FindConfig | undefined;
  /** What a project has decided about its errors, likewise; unset, none has decided anything. */
  findPolicy?: FindPolicy | undefined;
  spoolDir: string;
  spoolMaxBytes: number;
  /** Bytes of the spool's disk that are kept free; unset is 256 MiB, or a twentieth of a small disk. */
  spoolReserveBytes?: number | undefined;
  /** Threads that unpack and convert bodies; 0 does it in this one. */
  workers?: number | undefined;
  bodyLimits?: Partial<BodyLimits> | undefined;
  now: () => Date;
  log: Logger;
}

export interface CollectorStats extends Counters {
  spoolBytes: number;
  /** Age of the oldest batch that waits, in seconds; 0 when none does. */
  spoolOldestSeconds: number;
  spoolSyncs: number;
  spoolMaxBytes: number;
  /** Free on the disk of the spool. */
  diskFreeBytes: number;
  /** From the arrival of the oldest event of the last insert until ClickHouse had it. */
  drainLagSeconds: number;
  /** Reports for the ingestion page that found no place in memory. */
  reportsDropped: number;
}

/** How long a stop waits for ClickHouse to take what is left in the spool. */
const LAST_INSERTS_MS = 5_000;

export interface Collector {
  /** What takes events in and gives apps their config, below `/v1/`; `GET /healthz`, `GET /readyz`. */
  app: Hono;
  /** Resolves when all that was accepted before this call is in the warehouse or set aside. */
  drained(): Promise<void>;
  stats(): CollectorStats;
  /**
   * Gives ClickHouse a few seconds to take what is left, unless it is away, and lets go of the spool; what is not drained
   * then waits in it for the next start. Call it when no more requests come.
   */
  close(): Promise<void>;
}

/** Opens the collector: recovers its spool, starts draining it, and is ready to be served. */
export async function openCollector(options: CollectorOptions): Promise<Collector> {
  const { warehouse, now, log } = options;
  const counters = createCounters();
  const spool = await Spool.open({
    folder: options.spoolDir,
    maxBytes: options.spoolMaxBytes,
    reserveBytes: options.spoolReserveBytes,
    log,
  });
  const drain = new Drain({ spool, warehouse, counters, now, log });
  const reports = new Reports({ warehouse, now, log });
  const intake = await openIntake(options, { spool, counters, reports });
  const app = new Hono();
  app.route("/", intake.routes);
  app.route("/", createHealthRoutes({ spool, drain, now }));
  return {
    app,
    drained: () => drain.drained(),
    stats: () => statsOf(options, { counters, spool, drain, reports }),
    async close() {
      await intake.closeConverter();
      await drain.close(LAST_INSERTS_MS);
      await reports.close();
      await intake.closeState();
      await spool.close();
    },
  };
}

/** What stands between a request and the spool. */
async function openIntake(
  options: CollectorOptions,
  { spool, counters, reports }: { spool: Spool; counters: Counters; reports: Reports },
) {
  const { now, log } = options;
  const converter = openConverter(options.workers ?? 0);
  // Within the spool, whose lock keeps other collectors away.
  const state = { folder: options.spoolDir, now, log };
  const keys = await openKeys({ ...state, findKey: options.findKey });
  const configs = await openConfigs({ ...state, findConfig: options.findConfig ?? (async () => undefined) });
  const policies = await openPolicies({ ...state, findPolicy: options.findPolicy });
  const { limits, close: closeLimits } = await openLimits(state);
  const bodies = new Bodies(options.bodyLimits);
  const store = gatherInto(spool);
  const asked = { findKey: keys.find, findPolicy: policies.find };
  const deps = { store, ...asked, limits, counters, bodies, converter, reports, now, log };
  return {
    // After the routes of ingest, whose rules for pages of other origins hold for it too.
    routes: createIngestRoutes(deps).route("/", createConfigRoutes({ findKey: keys.find, configs, log })),
    closeConverter: () => converter.close(),
    async closeState() {
      await keys.close();
      await configs.close();
      await policies.close();
      await closeLimits();
    },
  };
}

function statsOf(
  { now, spoolMaxBytes }: CollectorOptions,
  of: { counters: Counters; spool: Spool; drain: Drain; reports: Reports },
): CollectorStats {
  const { counters, spool, drain, reports } = of;
  return {
    ...structuredClone(counters),
    spoolBytes: spool.bytes,
    spoolOldestSeconds:
      spool.oldestAt === undefined ? 0 : Math.max(0, now().getTime() - spool.oldestAt) / 1000,
    spoolSyncs: spool.syncs,
    spoolMaxBytes,
    diskFreeBytes: spool.diskFreeBytes,
    drainLagSeconds: drain.lagSeconds,
    reportsDropped: reports.dropped,
  };
}
