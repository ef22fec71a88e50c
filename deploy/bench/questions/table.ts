import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { table } from "../table.ts";
import { ask, closeBench, openBench, type Bench } from "./bench-api.ts";
import { BY_HAND } from "./by-hand.ts";

const DAY_MS = 86_400_000;
const ROUNDS = 5;

interface Options {
  events: string;
  /** Simulated data that is kept for the next run; unset, a folder that is deleted. */
  data?: string | undefined;
}

/** Asks the api what its pages ask, on simulated events, and the engine what one would ask by hand. */
export async function questionsTable({ events, data }: Options): Promise<string> {
  const folder = data ?? (await mkdtemp(join(tmpdir(), "voxloop-bench-")));
  const deps = await openBench(folder, Number(events));
  try {
    const rows = [];
    for (const [question, path] of Object.entries(await questions(deps)))
      rows.push(await measure(question, async () => void (await ask(deps, path))));
    for (const [question, sql] of Object.entries(BY_HAND))
      rows.push(await measure(`by hand: ${question}`, () => askByHand(deps, sql)));
    return table(rows);
  } finally {
    await closeBench(deps);
    if (data === undefined) await rm(folder, { recursive: true, force: true });
  }
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
