import { join } from "node:path";
import {
  createApi,
  ensureBootstrapToken,
  ensureProject,
  jobs,
  openScheduler,
  type Deps,
} from "@voxloop/analytics";
import { openLedger } from "@voxloop/ledger";
import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { DAYS, simulate } from "./simulate.ts";

const DAY_MS = 86_400_000;
/** A project is not settled in its first minutes. */
const FILLED_MS = 11 * 60_000;
const TOKEN = "vxl_benchTokenOf32CharactersForUse";
const silent = { debug() {}, info() {}, warn() {}, error() {} };

export type Bench = Deps & { api: ReturnType<typeof createApi>; end: Date };

/** An API over simulated events, all settled, that end at `end`; a folder that holds some from a run before is taken as it is. */
export async function openBench(folder: string, events: number): Promise<Bench> {
  const [warehouse, ledger, scheduler] = await Promise.all([
    openWarehouse({ path: join(folder, "warehouse") }),
    openLedger({}),
    openScheduler({ log: silent }),
  ]);
  await Promise.all([warehouse.migrate(), ledger.migrate()]);
  const end = await fill(warehouse, events);
  const deps: Deps = {
    warehouse,
    ledger,
    scheduler,
    log: silent,
    now: () => end,
    publicUrl: "http://localhost",
    allowPrivateWebhooks: false,
  };
  await ensureProject(ledger, { id: "default", name: "Bench", now: end });
  await ensureBootstrapToken(ledger, TOKEN);
  // A run settles a day further back.
  const settling = jobs.find(({ id }) => id === "settle-errors");
  const settler = { ...deps, now: () => new Date(Date.now() + FILLED_MS) };
  for (let run = 0; run <= DAYS; run += 1) await settling?.run(settler);
  return { ...deps, end, api: createApi(deps) };
}

const told = (day: number) => process.stderr.write(`simulated day ${day} of ${DAYS}\n`);

/** Gives the end of the last simulated day; what is there from an earlier run is taken as it is. */
async function fill(warehouse: Warehouse, events: number): Promise<Date> {
  const sql = "SELECT count() AS rows, toUnixTimestamp64Milli(max(time)) AS last FROM events_v1";
  const row = z.object({ rows: z.number(), last: z.number() });
  const [stored] = await warehouse.query({ name: "stored", sql, row });
  if (stored?.rows) return new Date(Math.ceil(stored.last / DAY_MS) * DAY_MS);
  const end = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS);
  await simulate(warehouse, { events, end, told });
  return end;
}

/** Asks by POST where there is a body. */
export async function ask({ api }: Bench, path: string, body?: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
  const sent = body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
  const answer = await api.request(`/api/v1/projects/default${path}`, sent);
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

export async function closeBench({ warehouse, ledger, scheduler }: Bench): Promise<void> {
  await Promise.all([warehouse.close(), ledger.close(), scheduler.stop()]);
}
