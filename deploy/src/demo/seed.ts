import type { Deps, Logger } from "@voxloop/analytics";
import { schema } from "@voxloop/ledger";
import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { createCalendar, DAY_MS } from "./calendar.ts";
import { DEMO_FUNNELS } from "./funnels.ts";
import { publishPrompts } from "./prompts.ts";
import { sendEvents } from "./sender.ts";
import type { SimulatedEvent } from "./session.ts";
import { createWorld, simulateDay, type World } from "./simulator.ts";
import { DEMO } from "./truths.ts";
import { playWorkflow, runDetection } from "./workflow.ts";

export interface SeedOptions {
  /** The collector's address, without a path. */
  endpoint: string;
  writeKey: string;
  projectId: string;
  /** When the fortnight ends. */
  until: Date;
  /** Resolves when all that the collector accepted is in the warehouse. */
  drained: () => Promise<void>;
  signal?: AbortSignal | undefined;
  log: Logger;
  onProgress?: (progress: string) => void;
}

const STATE_KEY = "demo-seed";
const seedState = z.object({
  state: z.enum(["playing", "done"]),
  until: z.iso.datetime(),
  projectId: z.string(),
});
type SeedState = z.infer<typeof seedState>;

/**
 * Plays the simulated fortnight through the real collector and then its workflow, once an installation. An interrupted
 * one is played again to the same end: the same events have the same ids and count once, and what the staff have done
 * is not done again. False when it was there already.
 */
export async function seedDemo(deps: Deps, options: SeedOptions): Promise<boolean> {
  const { projectId } = options;
  const known = await readState(deps);
  if (known?.state === "done") return false;
  const until = known?.until ?? options.until.toISOString();
  await writeState(deps, { state: "playing", until, projectId });
  const at = new Date(createCalendar(new Date(until)).start);
  const prompts = await publishPrompts(deps, { projectId, at });
  const world = createWorld({ until: new Date(until), prompts });
  await saveFunnels(deps, options);
  const horizon = world.calendar.until - DAY_MS;
  const rest = await playDays(world, options, horizon);
  await options.drained();
  report(options, "what the bank's staff did about it");
  await playWorkflow(deps, { ...options, calendar: world.calendar, horizon });
  // The last day comes after the workflow: the worker beside us opens issues about the last 24 hours only, and those of
  // the days before are to be opened, and fixed, at their own time.
  await sendEvents(options, rest);
  await options.drained();
  await runDetection(deps, new Date(until));
  await writeState(deps, { state: "done", until, projectId });
  report(options, "done");
  return true;
}

/** Sends all events before the horizon, day by day; gives those after it. */
async function playDays(world: World, options: SeedOptions, horizon: number): Promise<SimulatedEvent[]> {
  const rest: SimulatedEvent[] = [];
  for (let day = 0; day < DEMO.days; day++) {
    options.signal?.throwIfAborted();
    report(options, `day ${day + 1} of ${DEMO.days}`);
    const events = simulateDay(world, day);
    rest.push(...events.filter((event) => event.time >= horizon));
    await sendEvents(
      options,
      events.filter((event) => event.time < horizon),
    );
  }
  return rest;
}

function report({ onProgress, log }: SeedOptions, progress: string): void {
  log.debug({ progress }, "simulated traffic");
  onProgress?.(progress);
}

async function saveFunnels(deps: Deps, { projectId }: SeedOptions): Promise<void> {
  const { funnels } = schema;
  for (const { name, definition } of DEMO_FUNNELS) {
    const isIt = and(eq(funnels.projectId, projectId), eq(funnels.name, name));
    const [existing] = await deps.ledger.db.select({ id: funnels.id }).from(funnels).where(isIt);
    if (existing === undefined) await deps.ledger.db.insert(funnels).values({ projectId, name, definition });
  }
}

async function readState({ ledger }: Deps): Promise<SeedState | undefined> {
  const { jobStates } = schema;
  const [row] = await ledger.db.select().from(jobStates).where(eq(jobStates.key, STATE_KEY));
  return row === undefined ? undefined : seedState.parse(row.value);
}

async function writeState({ ledger, now }: Deps, value: SeedState): Promise<void> {
  const updatedAt = now();
  await ledger.db
    .insert(schema.jobStates)
    .values({ key: STATE_KEY, value, updatedAt })
    .onConflictDoUpdate({ target: schema.jobStates.key, set: { value, updatedAt } });
}
