import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
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
import { table } from "../table.ts";
import { BY_HAND } from "./by-hand.ts";
import { DAYS, simulate } from "./simulate.ts";

const DAY_MS = 86_400_000;
const ROUNDS = 5;
/** A project is not settled in its first minutes. */
const FILLED_MS = 11 * 60_000;
const TOKEN = "vxl_benchTokenOf32CharactersForUse";
const silent = { debug() {}, info() {}, warn() {}, error() {} };

interface Options {
  events: string;
  /** Simulated data that is kept for the next run; unset, a folder that is deleted. */
  data?: string | undefined;
}

/** Asks the api what its pages ask, on simulated events, and the engine what one would ask by hand. */
export async function questionsTable({ events, data }: Options): Promise<string> {
  const folder = data ?? (await mkdtemp(join(tmpdir(), "voxloop-bench-")));
  const deps = await openDeps(folder, Number(events));
  try {
    const rows = [];
    for (const [question, path] of Object.entries(await questions(deps)))
      rows.push(await measure(question, async () => void (await ask(deps, path))));
    for (const [question, sql] of Object.entries(BY_HAND))
      rows.push(await measure(`by hand: ${question}`, () => askByHand(deps, sql)));
    return table(rows);
  } finally {
    await Promise.all([deps.warehouse.close(), deps.ledger.close(), deps.scheduler.stop()]);
    if (data === undefined) await rm(folder, { recursive: true, force: true });
  }
}

type Bench = Deps & { api: ReturnType<typeof createApi>; end: Date };

async function openDeps(folder: string, events: number): Promise<Bench> {
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

async function ask({ api }: Bench, path: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const answer = await api.request(`/api/v1/projects/default${path}`, { headers });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function questions(deps: Bench): Promise<Record<string, string>> {
  const range = (days: number) =>
    `from=${new Date(deps.end.getTime() - days * DAY_MS).toISOString()}&to=${deps.end.toISOString()}`;
  const top = z.object({ items: z.array(z.object({ fingerprint: z.string() })) });
  const { items } = top.parse(await ask(deps, `/errors?${range(1)}`));
  const filters = "&filter=channel:app&filter=audience:standard";
  return {
    "Top-50 of 24 h": `/errors?${range(1)}`,
    "Top-50 of 24 h, two filters": `/errors?${range(1)}${filters}`,
    "Top-50 of 7 d": `/errors?${range(7)}`,
    "Top-50 of 7 d, two filters": `/errors?${range(7)}${filters}`,
    "one error of 7 d": `/errors/${items[0]?.fingerprint}?${range(7)}`,
    "overview of 7 d": `/overview?${range(7)}`,
  };
}

async function askByHand({ warehouse, end }: Bench, sql: string): Promise<void> {
  const params = { from: new Date(end.getTime() - 7 * DAY_MS), to: end };
  await warehouse.query({ name: "by-hand", sql, params, row: z.unknown() });
}

async function measure(question: string, run: () => Promise<void>): Promise<Record<string, string>> {
  await run();
  const rounds: { ms: number; cpu: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    const start = performance.now();
    await run();
    const { user, system } = process.cpuUsage(before);
    rounds.push({ ms: performance.now() - start, cpu: (user + system) / 1e6 });
  }
  const median = (of: (round: { ms: number; cpu: number }) => number) =>
    rounds.map(of).toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
  return {
    question,
    "ms, median of 5": median(({ ms }) => ms).toFixed(0),
    "CPU seconds": median(({ cpu }) => cpu).toFixed(2),
  };
}
