import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { table } from "../table.ts";
import { ask, closeBench, openBench, type Bench } from "./bench-api.ts";
import { BY_HAND } from "./by-hand.ts";
import { DAYS } from "./simulate.ts";

const DAY_MS = 86_400_000;
const ROUNDS = 5;

interface Options {
  events: string;
  /** Simulated data that is kept for the next run; unset, a folder that is deleted. */
  data?: string | undefined;
  /** Questions that have this in their name; by default all. */
  only?: string | undefined;
}

/** Asks the api what its pages ask, on simulated events, and the engine what one would ask by hand. */
export async function questionsTable({ events, data, only = "" }: Options): Promise<string> {
  const folder = data ?? (await mkdtemp(join(tmpdir(), "voxloop-bench-")));
  const deps = await openBench(folder, Number(events));
  const isAsked = ([name]: [string, unknown]) => name.includes(only);
  try {
    const rows = [];
    for (const [question, [path, body]] of Object.entries(await errorQuestions(deps)).filter(isAsked))
      rows.push(await measure(question, async () => void (await ask(deps, path, body))));
    for (const question of Object.keys(journeyQuestions(deps.end)).filter((name) => name.includes(only)))
      rows.push(await measure(question, (round) => askJourney(deps, question, round)));
    if ("again".includes(only))
      rows.push(await measure("the funnel again", () => askJourney(deps, FUNNEL, 0)));
    for (const [question, sql] of Object.entries(BY_HAND).filter(isAsked))
      rows.push(await measure(`by hand: ${question}`, () => askByHand(deps, sql)));
    return table(rows);
  } finally {
    await closeBench(deps);
    if (data === undefined) await rm(folder, { recursive: true, force: true });
  }
}

type Question = readonly [path: string, body?: object];

const rangeOf = (end: Date, days: number) => ({
  from: new Date(end.getTime() - days * DAY_MS).toISOString(),
  to: end.toISOString(),
});

async function errorQuestions(deps: Bench): Promise<Record<string, Question>> {
  const range = (days: number) => new URLSearchParams(rangeOf(deps.end, days)).toString();
  const top = z.object({ items: z.array(z.object({ fingerprint: z.string() })) });
  const { items } = top.parse(await ask(deps, `/errors?${range(1)}`));
  const filters = "&filter=channel:app&filter=audience:standard";
  return {
    "Top-50 of 24 h": [`/errors?${range(1)}`],
    "Top-50 of 24 h, two filters": [`/errors?${range(1)}${filters}`],
    "Top-50 of 7 d": [`/errors?${range(7)}`],
    "Top-50 of 7 d, two filters": [`/errors?${range(7)}${filters}`],
    "one error of 7 d": [`/errors/${items[0]?.fingerprint}?${range(7)}`],
    "overview of 7 d": [`/overview?${range(7)}`],
  };
}

/** A round begins a millisecond later than the one before, as an answer to the same question is remembered. */
async function askJourney(deps: Bench, name: string, round: number): Promise<void> {
  const [path, body] = journeyQuestions(deps.end, round)[name] ?? [""];
  await ask(deps, path, body);
}

const FUNNEL = "funnel of 5 steps, 14 d";

/** Over all that is simulated, but for the map of pages. */
function journeyQuestions(end: Date, round = 0): Record<string, Question> {
  const { from, to } = rangeOf(end, DAYS);
  const range = { from: new Date(new Date(from).getTime() + round).toISOString(), to };
  const steps = [
    { event: "session.start" },
    { event: "vox.page.viewed" },
    { event: "vox.transaction", where: { "vox.outcome": "started" } },
    { event: "vox.page.viewed" },
    { event: "vox.transaction", where: { "vox.outcome": "succeeded" } },
  ];
  const funnel = { steps, windowSeconds: 3600, unit: "customer", ...range };
  // Its range is of whole days, so that a millisecond would not make it another question.
  const cohorts = { start: {}, returning: { event: "vox.transaction" }, period: "day", periods: 7 + round };
  return {
    [FUNNEL]: ["/funnels/query", funnel],
    "funnel of 5 steps, 14 d, by channel": [
      "/funnels/query",
      { ...funnel, breakdown: { property: "vox.channel" } },
    ],
    "funnel of 5 steps, 14 d, step 4 explained": ["/funnels/explain", { ...funnel, step: 4 }],
    "paths from the start, 14 d": ["/paths/query", { anchor: { event: "session.start" }, ...range }],
    "retention, 14 d": ["/retention/query", { ...cohorts, ...range }],
    "map of pages, 7 d": [`/pages?${new URLSearchParams(rangeOf(end, 7)).toString()}`],
  };
}

async function askByHand({ warehouse, end }: Bench, sql: string): Promise<void> {
  const params = {
    week: new Date(end.getTime() - 7 * DAY_MS),
    from: new Date(end.getTime() - DAYS * DAY_MS),
    to: end,
  };
  await warehouse.query({ name: "by-hand", sql, params, row: z.unknown() });
}

async function measure(
  question: string,
  run: (round: number) => Promise<void>,
): Promise<Record<string, string>> {
  await run(ROUNDS);
  const rounds: { ms: number; cpu: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    const start = performance.now();
    await run(round);
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
