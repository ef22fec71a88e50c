import type { Warehouse } from "@voxloop/warehouse";
import { inArrivalOrder, insertCopiesApart } from "../slow-arrival.fixture.ts";
import { resolveSlowly } from "../slow-identities.fixture.ts";
import type { FunnelQuery } from "./funnel.ts";
import { isOfStep, valuesOf, type Story, type TestEvent } from "./slow-story.fixture.ts";
import { allChains, compareChains, isWaiting, removal, timeOf, type Reached } from "./slow-walk.fixture.ts";

export type { TestEvent } from "./slow-story.fixture.ts";

let projects = 0;

/** Stores events as a project of their own and gives its id. */
export async function storeEvents(warehouse: Warehouse, events: TestEvent[]): Promise<string> {
  const project_id = `p${(projects += 1)}`;
  const rows = events.map(({ time, received, ...event }) => ({
    ...event,
    project_id,
    time: new Date(time).toISOString(),
    received_at: new Date(received).toISOString(),
  }));
  await insertCopiesApart(warehouse, rows);
  return project_id;
}

/** One unit's chain: Unix milliseconds of the steps it reached. */
export interface SlowChain {
  unit: string;
  /** The furthest step reached. */
  depth: number;
  /** Of each step up to that; 0 of an optional one that was skipped. */
  moments: number[];
  /** Of the steps reached. */
  events: TestEvent[];
  ids: string[];
  /** Whether it can still go on. */
  open: boolean;
  /** Whether an excluded event removed it. */
  removed: boolean;
}

/** Tries every chain of events there is, and keeps each unit's deepest; the words of the definition and nothing else. */
export function chainsSlowly(sent: TestEvent[], query: FunnelQuery, now: number): SlowChain[] {
  const customerOf = resolveSlowly(
    sent.map(({ time, user_id = "", installation_id = "" }) => {
      return { time, user: user_id, installation: installation_id, session: "", previous: "", outcome: "" };
    }),
  );
  const units = Map.groupBy(sent, (event) =>
    query.unit === "session" ? event.session_id : customerOf(event.customer_id),
  );
  units.delete("");
  return [...units].flatMap(([unit, events]) => {
    const chains = valuesOf(inArrivalOrder(events), query).flatMap((story) => {
      const found = (query.order === "any" ? anyChain : deepestChain)(story, now);
      return found === undefined ? [] : [{ ...found, unit }];
    });
    const [best] = chains.toSorted((a, b) => b.depth - a.depth || a.place - b.place);
    return best === undefined ? [] : [{ ...best, open: chains.some(({ open }) => open) }];
  });
}

type Found = Omit<SlowChain, "unit"> & { place: number };

function deepestChain(story: Story, now: number): Found | undefined {
  const { query, all } = story;
  const chains = allChains(story);
  const cut = removal(story, chains);
  const kept = chains.filter((chain) => (chain.at(-1)?.place ?? 0) < (cut ?? Infinity));
  const [best] = kept.toSorted(compareChains);
  const last = best?.at(-1);
  if (best === undefined || last === undefined) return undefined;
  // The very millisecond at which a window ends is over for who looks then.
  const isOpen = (chain: Reached[]) => isWaiting(story, chain, { time: now + 1, place: all.length });
  const events = best.flatMap(({ place }) => all[place] ?? []);
  const placeOf = (step: number) => best.find((reached) => reached.step === step)?.place;
  return {
    depth: last.step + 1,
    moments: query.steps.slice(0, last.step + 1).map((_, step) => timeOf(story, placeOf(step))),
    events,
    ids: events.map(({ event_id }) => event_id),
    removed: cut !== undefined,
    open: cut === undefined && chains.some(isOpen),
    place: last.place,
  };
}

/** Of every start, the most steps that the events after it serve, each the first that it is of and that lacks an event. */
function anyChain(story: Story, now: number): Found | undefined {
  const { query, all, places } = story;
  const keys = query.steps.map(({ event, where }) => JSON.stringify([event, where ?? {}]));
  const kindOf = (place: number) =>
    keys[query.steps.findIndex((step) => all[place] && isOfStep(all[place], step))];
  const serving = places.filter((place) => kindOf(place) !== undefined);
  const starts = serving.filter((place) => timeOf(story, place) < Date.parse(query.to));
  const inWindow = (start: number, place: number) =>
    timeOf(story, place) - timeOf(story, start) <= query.windowSeconds * 1000;
  const chains = starts.flatMap((start) =>
    serving
      .filter((end) => end >= start && inWindow(start, end))
      .map((end) => {
        // Backwards from the end, so that each is as late as it can be; the start has its event for sure.
        const between = serving.filter((place) => place > start && place <= end).toReversed();
        const room = Map.groupBy(keys, (key) => key);
        const takes = (place: number) => room.get(kindOf(place) ?? "")?.pop() !== undefined;
        return [start, ...[start, ...between].filter(takes).slice(1)].toSorted((a, b) => a - b);
      }),
  );
  const [best] = chains.toSorted(
    (a, b) =>
      b.length - a.length ||
      (a.at(-1) ?? 0) - (b.at(-1) ?? 0) ||
      a.reduce((order, place, at) => order || (b[at] ?? 0) - place, 0),
  );
  if (best === undefined) return undefined;
  const events = best.flatMap((place) => all[place] ?? []);
  return {
    depth: best.length,
    moments: events.map(({ time }) => time),
    events,
    ids: events.map(({ event_id }) => event_id),
    removed: false,
    open: starts.some((start) => timeOf(story, start) + query.windowSeconds * 1000 > now),
    place: best.at(-1) ?? 0,
  };
}
