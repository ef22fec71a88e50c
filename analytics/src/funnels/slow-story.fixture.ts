import { toConditions, type Condition } from "../filters/event-filter.ts";
import type { FunnelQuery, FunnelStep } from "./funnel.ts";

export interface TestEvent {
  customer_id: string;
  user_id?: string;
  installation_id?: string;
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

/** What one walk is about: of `all` a unit's events, by place, those that may serve a step. */
export interface Story {
  query: FunnelQuery;
  all: TestEvent[];
  places: number[];
}

/** A story for each value of the held property, or one. */
export function valuesOf(ever: TestEvent[], query: FunnelQuery): Story[] {
  const [from, to] = [Date.parse(query.from), Date.parse(query.to)];
  const firstEver = ever.find((event) => isOfStep(event, query.steps[0] ?? { event: "" }));
  const isLate = query.firstEver === true && firstEver !== undefined && firstEver.time < from;
  const all = ever.filter(({ time }) => time >= from && time < to + query.windowSeconds * 1000);
  if (isLate) return [];
  const places = all.map((_, at) => at);
  const { hold } = query;
  if (hold === undefined) return [{ query, all, places }];
  const values = new Set(all.map((event) => readProperty(event, hold)));
  values.delete("");
  return [...values].map((value) => ({
    query,
    all,
    places: places.filter((at) => all[at] && readProperty(all[at], hold) === value),
  }));
}

export function isStart({ query, all }: Story, place: number): boolean {
  const [first] = query.steps;
  const event = all[place];
  if (first === undefined || event === undefined) return false;
  if (!isOfStep(event, first) || event.time >= Date.parse(query.to)) return false;
  return query.firstEver !== true || all.findIndex((other) => isOfStep(other, first)) === place;
}

export function isOfStep(
  event: TestEvent,
  { event: name, where = {} }: Pick<FunnelStep, "event" | "where">,
): boolean {
  return event.event_name === name && toConditions(where).every((condition) => holds(event, condition));
}

export const readProperty = (event: TestEvent, key: string): string =>
  key === "vox.flow" ? event.flow : (event.attributes[key] ?? "");

/** The operators that the random histories ask for. */
function holds(event: TestEvent, condition: Condition): boolean {
  const actual = readProperty(event, condition.property);
  if (condition.operator === "=") return actual === condition.value;
  if (condition.operator === "!=") return actual !== condition.value;
  if (condition.operator === "in") return condition.value.includes(actual);
  if (condition.operator === "unset") return actual === "";
  throw new Error(`The slow funnel does not know ${condition.operator}`);
}
