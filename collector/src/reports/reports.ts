import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Warehouse } from "@voxloop/warehouse";
import type { Logger } from "../logger.ts";
import type { Report } from "./report.ts";
import { BUCKET_MS, Tally } from "./tally.ts";

const TABLE = "ingest_reports_v1";
const LAST_WRITE_MS = 2_000;

export interface ReportsDeps {
  warehouse: Warehouse;
  now: () => Date;
  log: Logger;
}

/**
 * Tells analytics what became of each project's requests, every ten seconds and never while one waits. Best effort:
 * a kill loses the last ten seconds of these numbers, and no event.
 */
export class Reports {
  readonly #deps: ReportsDeps;
  readonly #collector = randomUUID();
  readonly #tally = new Tally(this.#collector);
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;
  #waiting: { ndjson: Buffer; token: string } | undefined;
  #written = 0;

  constructor(deps: ReportsDeps) {
    this.#deps = deps;
    this.#done = this.#run();
  }

  /** Costs a look into a map. */
  readonly add = (report: Report): void => this.#tally.add(report, this.#deps.now().getTime());

  /** Reports that found no place, since the start. */
  get dropped(): number {
    return this.#tally.dropped;
  }

  /** Writes what there is. What cannot be written is tried again as it is, so that its token makes it count once. */
  async write(): Promise<void> {
    this.#waiting ??= this.#take();
    if (this.#waiting === undefined) return;
    const { ndjson, token } = this.#waiting;
    try {
      await this.#deps.warehouse.insertNdjson(TABLE, ndjson, token);
      this.#waiting = undefined;
    } catch (error) {
      this.#deps.log.debug({ error: String(error) }, "the ingestion reports wait: they could not be written");
    }
  }

  /** Writes the last ones, if ClickHouse takes them soon. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#done;
    await Promise.race([this.write(), sleep(LAST_WRITE_MS, undefined, { ref: false })]);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await sleep(BUCKET_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) await this.write();
    }
  }

  #take(): { ndjson: Buffer; token: string } | undefined {
    const rows = this.#tally.take();
    if (rows.length === 0) return undefined;
    this.#written += 1;
    const ndjson = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    return { ndjson, token: `${this.#collector}:${this.#written}` };
  }
}
