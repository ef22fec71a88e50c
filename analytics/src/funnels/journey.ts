import { linksOf, ofUnits, type Links, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { chainSql } from "./chain-sql.ts";
import type { CustomerEvent, CustomerJourney, CustomerQuery } from "./customer.ts";
import { followersOf, longestWithin } from "./followers.ts";

interface JourneyQuestion {
  projectId: string;
  query: CustomerQuery;
  now: Date;
}

const chainRow = z.object({
  name: z.string(),
  depth: z.number(),
  moments: z.array(z.coerce.number()),
  ids: z.array(z.string()),
  open: z.coerce.boolean(),
  removed: z.coerce.boolean(),
  cutId: z.string(),
});
type Chain = z.infer<typeof chainRow>;

/** Why one customer, or session, is counted where it is: the events of each step, the window, and what ended it. */
export async function explainCustomer(
  warehouse: Warehouse,
  { projectId, query, now }: JourneyQuestion,
): Promise<CustomerJourney> {
  const links = await linksOf(warehouse, projectId);
  const chain = chainSql(query, links, { named: true, only: query.id });
  const params = { ...chain.params, project: projectId, now: now.getTime() };
  const sql = `SELECT name, depth, moments, ids, open, removed, cut_id AS cutId FROM (${chain.sql})`;
  const [found] = await warehouse.query({ name: "funnel-customer", sql, params, row: chainRow });
  if (found === undefined) return notStarted(query);
  const windowEnd = startOf(found) + query.windowSeconds * 1000;
  const wanted = { ...params, ids: [...found.ids, found.cutId], last: found.ids[found.depth - 1] ?? "" };
  const range = { start: startOf(found), end: windowEnd };
  const events = await warehouse.query({
    name: "funnel-customer-events",
    sql: eventsSql(query, links),
    params: { ...wanted, ...range },
    row: eventRow,
  });
  return {
    id: found.name,
    outcome: outcomeOf(found, query),
    depth: found.depth,
    steps: stepsOf(found, query, events),
    window: { from: toIso(startOf(found)), to: toIso(windowEnd) },
    end: endOf(found, query, events),
  };
}

const toIso = (time: number) => new Date(time).toISOString();
const startOf = ({ moments }: Chain): number => moments[0] ?? 0;

const eventRow = z.object({
  eventId: z.string(),
  event: z.string(),
  at: z.coerce.number(),
  page: z.string(),
});
type EventRow = z.infer<typeof eventRow>;

/** The unit's events that count or removed it, and the one after the last that counts, which ends a strict try. */
function eventsSql({ unit }: CustomerQuery, links: Links): string {
  const ids = "customer_id, user_id = '' AS is_anonymous, session_id";
  const events = `
    SELECT ${ids}, event_id, event_name, toUnixTimestamp64Milli(time) AS at, received_at, page FROM events_v1
    WHERE project_id = {project: String} AND time >= fromUnixTimestamp64Milli({start: Int64}) AND time <= fromUnixTimestamp64Milli({end: Int64})`;
  const one = "SELECT {only: String} AS customer_id, true AS is_anonymous, {only: String} AS session_id";
  const arrivals = `
    SELECT event_id, toString(any(event_name)) AS event, toString(any(page)) AS page, min((at, received_at)) AS arrived
    FROM ${ofUnits(events, unit, links)} WHERE unit IN (SELECT unit FROM ${ofUnits(one, unit, links)})
    GROUP BY event_id`;
  return `
  SELECT event_id AS eventId, event, arrived.1 AS at, page
  FROM (
    SELECT *, lagInFrame(event_id) OVER (ORDER BY arrived, length(event_id), event_id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS before
    FROM (${arrivals})
  )
  WHERE event_id IN {ids: Array(String)} OR before = {last: String} ORDER BY at`;
}

const toEvent = ({ at, ...event }: EventRow): CustomerEvent => ({ ...event, at: toIso(at) });

function stepsOf({ depth, moments, ids }: Chain, query: CustomerQuery, events: readonly EventRow[]) {
  const byId = new Map(events.map((event) => [event.eventId, toEvent(event)]));
  return query.steps.map(({ event, label }, at) => {
    const moment = moments[at] ?? 0;
    const before = moments.slice(0, at).findLast((one) => one !== 0);
    const missing = at < depth ? ("skipped" as const) : ("not_reached" as const);
    return {
      step: at + 1,
      event,
      label: label ?? event,
      state: moment === 0 ? missing : ("reached" as const),
      by: moment === 0 ? null : (byId.get(ids[at] ?? "") ?? null),
      seconds: moment === 0 || before === undefined ? null : (moment - before) / 1000,
    };
  });
}

function outcomeOf({ depth, open, removed }: Chain, { steps }: CustomerQuery): CustomerJourney["outcome"] {
  if (depth === steps.length) return "completed";
  if (open) return "still_in_window";
  return removed ? "excluded" : "dropped";
}

function endOf(chain: Chain, query: CustomerQuery, events: readonly EventRow[]): CustomerJourney["end"] {
  const { depth, moments, ids, cutId } = chain;
  if (depth === query.steps.length) return null;
  const byEvent = (by: "exclusion" | "other_event", event: EventRow | undefined) =>
    event && { by, at: toIso(event.at), event: toEvent(event) };
  const other = events.findLast(({ eventId }) => !ids.includes(eventId) && eventId !== cutId);
  const excluded = byEvent(
    "exclusion",
    events.find(({ eventId }) => eventId === cutId),
  );
  if (excluded) return excluded;
  const next = query.order === "strict" ? byEvent("other_event", other) : undefined;
  if (next) return next;
  const window = startOf(chain) + query.windowSeconds * 1000;
  const within = longestWithin(query, followersOf(query, depth - 1));
  const late = (moments[depth - 1] ?? 0) + within * 1000;
  return late < window
    ? { by: "within", at: toIso(late), event: null }
    : { by: "window", at: toIso(window), event: null };
}

function notStarted({ id, steps }: CustomerQuery): CustomerJourney {
  return {
    id,
    outcome: "not_started",
    depth: 0,
    steps: steps.map(({ event, label }, at) => {
      const step = { step: at + 1, event, label: label ?? event };
      return { ...step, state: "not_reached" as const, by: null, seconds: null };
    }),
    window: null,
    end: null,
  };
}
