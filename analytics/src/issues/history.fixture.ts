import { createHash } from "node:crypto";
import type { Warehouse } from "@voxloop/warehouse";
import { z } from "zod";

const DAY_MS = 86_400_000;

export interface History {
  project: string;
  /** Day 0 begins here. */
  start: Date;
  days: number;
  /** Customers a day, drawn from a pool of `pool` who come again and again. */
  customersPerDay: number;
  pool: number;
  /** The release a customer is on that day; undefined when they do not come. */
  release(customer: number, day: number): string | undefined;
  /** The chance that the customer is blocked that day. */
  blockedRate(customer: number, day: number, release: string): number;
}

/** Stores transfers of a generated history, with E1042 for who is blocked, and gives the error's fingerprint. Deterministic. */
export async function playHistory(warehouse: Warehouse, history: History): Promise<string> {
  const random = createRandom(history.project);
  const rows = [];
  for (let day = 0; day < history.days; day++) {
    for (let visit = 0; visit < history.customersPerDay; visit++) {
      const customer = Math.floor(random() * history.pool);
      const release = history.release(customer, day);
      const [at, luck] = [random() * DAY_MS, random()];
      if (release === undefined) continue;
      const isBlocked = luck < history.blockedRate(customer, day, release);
      rows.push({
        project_id: history.project,
        event_name: "vox.transaction",
        time: new Date(history.start.getTime() + day * DAY_MS + at).toISOString(),
        event_id: `${day}-${visit}`,
        customer_id: `c${customer}`,
        service_name: "app",
        service_version: release,
        environment: "production",
        flow: "transfer",
        transaction_id: `t${day}-${visit}`,
        outcome: isBlocked ? "failed" : "succeeded",
        error_code: isBlocked ? "E1042" : "",
      });
    }
  }
  await warehouse.insert("events_v1", rows);
  return fingerprintOfTransferError(warehouse, history.project);
}

async function fingerprintOfTransferError(warehouse: Warehouse, project: string): Promise<string> {
  const [found] = await warehouse.query({
    name: "fingerprint",
    sql: "SELECT any(fingerprint) AS id FROM error_events_v1 WHERE project_id = {project: String}",
    params: { project },
    row: z.object({ id: z.string() }),
  });
  return found?.id ?? "";
}

/** mulberry32 seeded by a name. */
function createRandom(name: string): () => number {
  let state = createHash("sha256").update(name).digest().readInt32LE();
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
