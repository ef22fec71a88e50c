import type { Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { liveEvent, type LiveBatch, type LiveEvent } from "./ingestion.ts";

export interface LiveFilter {
  event?: string | undefined;
  customer?: string | undefined;
  session?: string | undefined;
  isError?: boolean | undefined;
}

/** How far back a look goes again for events that landed late, after others that arrived at the collector later. */
const LOOK_BACK_MS = 15_000;
/** How far back a tail begins, and a resumed one goes on. */
export const RESUME_MS = 10 * 60_000;
const FIRST_EVENTS = 20;
const LOOK_EVENTS = 100;

/** The newest events of a project as they land in the warehouse, each once; one look a second keeps up with any stream. */
export class Tail {
  readonly #warehouse: Warehouse;
  readonly #projectId: string;
  readonly #filter: LiveFilter;
  /** When the events shown arrived, by id, as far back as a look goes. */
  readonly #seen = new Map<string, number>();
  /** Nothing that arrived before is shown. */
  #floor: number;
  #newest: number;
  #isFirst: boolean;

  /** Goes on after the arrival `after`, Unix milliseconds; without, it begins with the newest few. */
  constructor(of: {
    warehouse: Warehouse;
    projectId: string;
    filter: LiveFilter;
    now: Date;
    after: number | undefined;
  }) {
    this.#warehouse = of.warehouse;
    this.#projectId = of.projectId;
    this.#filter = of.filter;
    this.#floor = Math.max(of.now.getTime() - RESUME_MS, of.after ?? 0);
    this.#newest = this.#floor;
    this.#isFirst = of.after === undefined;
  }

  /** Unix milliseconds at which the newest event shown arrived: where another tail goes on. */
  get position(): number {
    return this.#newest;
  }

  /** What landed since the last look, oldest first. */
  async look(): Promise<LiveBatch> {
    const since = Math.max(this.#floor, this.#newest - LOOK_BACK_MS);
    const limit = this.#isFirst ? FIRST_EVENTS : LOOK_EVENTS;
    // Twice as many, as a retried event may be there twice.
    const found = await this.#find(since, 2 * limit + this.#seen.size);
    const fresh = found.filter(({ eventId }) => !this.#seen.has(eventId)).slice(0, limit);
    const isFull = fresh.length === limit;
    const skipped = isFull && !this.#isFirst ? await this.#countUnseen(since, fresh.length) : 0;
    this.#remember(fresh, isFull);
    this.#isFirst = false;
    return { events: fresh.toReversed(), skipped };
  }

  #remember(fresh: readonly LiveEvent[], isFull: boolean): void {
    for (const { eventId, receivedAt } of fresh) {
      const arrived = Date.parse(receivedAt);
      this.#seen.set(eventId, arrived);
      this.#newest = Math.max(this.#newest, arrived);
    }
    // What was skipped must not come back as late.
    if (isFull) this.#floor = this.#newest;
    const since = Math.max(this.#floor, this.#newest - LOOK_BACK_MS);
    for (const [eventId, arrived] of this.#seen) if (arrived < since) this.#seen.delete(eventId);
  }

  /**
   * The newest events, found by their arrival alone before anything else is read: in a large part the newest lie far apart,
   * and sorting whole events took seconds where this takes milliseconds.
   */
  async #find(since: number, limit: number): Promise<LiveEvent[]> {
    const params = this.#params(since, limit);
    const [bound] = await this.#warehouse.query({ name: "live-bound", sql: BOUND, params, row: boundRow });
    if (bound === undefined || bound.events === 0) return [];
    const from = { ...params, since: new Date(bound.oldest) };
    const rows = await this.#warehouse.query({
      name: "live-events",
      sql: EVENTS,
      params: from,
      row: liveEvent,
    });
    return [...new Map(rows.toReversed().map((event) => [event.eventId, event])).values()].toReversed();
  }

  async #countUnseen(since: number, shown: number): Promise<number> {
    const sql = `SELECT count() AS events FROM events_v1 WHERE ${WHERE}`;
    const row = z.object({ events: z.number() });
    const params = this.#params(since, 0);
    const [found] = await this.#warehouse.query({ name: "live-skipped", sql, params, row });
    return Math.max(0, (found?.events ?? 0) - this.#seen.size - shown);
  }

  #params(since: number, limit: number) {
    const { event = "", customer = "", session = "", isError = false } = this.#filter;
    return { project: this.#projectId, since: new Date(since), limit, event, customer, session, isError };
  }
}

const WHERE = `project_id = {project: String} AND received_at >= {since: DateTime64(3, 'UTC')}
  AND ({event: String} = '' OR event_name = {event: String})
  AND ({customer: String} = '' OR customer_id = {customer: String} OR user_id = {customer: String} OR installation_id = {customer: String})
  AND ({session: String} = '' OR session_id = {session: String})
  AND (NOT {isError: Bool} OR error_code != '' OR error_type != '')`;

const BOUND = `
SELECT count() AS events, min(arrived) AS oldest FROM (
  SELECT received_at AS arrived FROM events_v1 WHERE ${WHERE} ORDER BY arrived DESC LIMIT {limit: UInt32}
)`;
const boundRow = z.object({ events: z.number(), oldest: z.string() });

const EVENTS = `
SELECT event_id AS eventId, event_name AS name, time, received_at AS receivedAt, customer_id AS customerId,
  session_id AS sessionId, service_name AS service, service_version AS version, page, flow, outcome,
  error_code AS errorCode, error_type AS errorType, error_message AS errorMessage, attributes
FROM events_v1 WHERE ${WHERE}
ORDER BY receivedAt DESC, eventId DESC LIMIT {limit: UInt32}`;
