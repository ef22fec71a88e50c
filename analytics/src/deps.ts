import type { Ledger } from "@voxloop/ledger";
import type { Warehouse } from "@voxloop/warehouse";
import type { Scheduler } from "./scheduler/scheduler.ts";

export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What api and worker are given; they open nothing themselves. */
export interface Deps {
  warehouse: Warehouse;
  ledger: Ledger;
  scheduler: Scheduler;
  /** The clock. */
  now: () => Date;
  log: Logger;
  /** Where the dashboard is reached, for links, without a trailing slash. */
  publicUrl: string;
  /** Webhooks may go to private and loopback addresses (a laptop, a closed network). */
  allowPrivateWebhooks: boolean;
  /** Fires when the process begins to stop: answers without an end of their own end then. */
  ending?: AbortSignal | undefined;
}
