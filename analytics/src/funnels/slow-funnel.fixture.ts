import type { Warehouse } from "@voxloop/warehouse";
import { toConditions, type Condition } from "../filters/event-filter.ts";
import { inArrivalOrder } from "../slow-arrival.fixture.ts";
import type { FunnelQuery, FunnelStep } from "./funnel.ts";

export interface TestEvent {
  customer_id: string;
  session_id: string;
  event_name: string;
  /** Unix milliseconds. */
  time: number;
  received: number;
  event_id: string;
  flow: string;
  channel: string;
  error_code: string;
  attributes: Record<string, string>;
}

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
  await warehouse.insert("events_v1", rows);
  return project_id;
}

/** One unit's chain: Unix milliseconds of the steps it reached. */
export interface SlowChain {
  unit: string;
  moments: number[];
  events: TestEvent[];
  open: boolean;
}

/** Tries every chain of events there is, and keeps each unit's deepest; the words of the definition and nothing else. */
export function chainsSlowly(sent: TestEvent[], query: FunnelQuery, now: number): SlowChain[] {
  const unitOf = (event: TestEvent) => (query.unit === "session" ? event.session_id : event.customer_id);
  const units = [...new Set(sent.map(unitOf))].filter((unit) => unit !== "");
  return units.flatMap((unit) => {
    const events = inArrivalOrder(sent.filter((event) => unitOf(event) === unit));
    const best = allChains(events, query).toSorted(compareChains)[0];
    if (best === undefined || best.length === 0) return [];
    const starts = events.filter((event) => isStart(event, query)).map((event) => event.time);
    const open = Math.max(...starts) + query.windowSeconds * 1000 > now;
    const chain = best.flatMap((index) => events[index] ?? []);
    return [{ unit, moments: chain.map((event) => event.time), events: chain, open }];
  });
}

function isStart(event: TestEvent, query: FunnelQuery): boolean {
  const [first] = query.steps;
  return (
    first !== undefined &&
    isOfStep(event, first) &&
    event.time >= new Date(query.from).getTime() &&
    event.time < new Date(query.to).getTime()
  );
}

export function isOfStep(event: TestEvent, { event: name, where = {} }: FunnelStep): boolean {
  return event.event_name === name && toConditions(where).every((condition) => holds(event, condition));
}

/** The operators that the random histories ask for. */
function holds(event: TestEvent, condition: Condition): boolean {
  const key = condition.property;
  const actual = key === "vox.flow" ? event.flow : (event.attributes[key] ?? "");
  if (condition.operator === "=") return actual === condition.value;
  if (condition.operator === "!=") return actual !== condition.value;
  if (condition.operator === "in") return condition.value.includes(actual);
  if (condition.operator === "unset") return actual === "";
  throw new Error(`The slow funnel does not know ${condition.operator}`);
}

/** Indices of the events of every chain, the unfinished ones too. */
function allChains(events: TestEvent[], query: FunnelQuery): number[][] {
  const extend = (chain: number[]): number[][] => {
    const step = query.steps[chain.length];
    const start = events[chain[0] ?? -1];
    if (step === undefined) return [chain];
    const next = events.flatMap((event, at) => {
      if (at <= (chain.at(-1) ?? -1)) return [];
      if (start === undefined) return isStart(event, query) ? [at] : [];
      return isOfStep(event, step) && event.time - start.time <= query.windowSeconds * 1000 ? [at] : [];
    });
    return [chain, ...next.flatMap((at) => extend([...chain, at]))];
  };
  return extend([]);
}

/** Deeper first, then the one whose deepest step came first, then the one whose earlier steps came as late as can be. */
function compareChains(a: number[], b: number[]): number {
  if (a.length !== b.length) return b.length - a.length;
  const [lastA = 0, lastB = 0] = [a.at(-1), b.at(-1)];
  if (lastA !== lastB) return lastA - lastB;
  for (let at = a.length - 2; at >= 0; at -= 1) {
    const difference = (b[at] ?? 0) - (a[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
