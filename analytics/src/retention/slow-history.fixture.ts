import type { Warehouse } from "@voxloop/warehouse";
import * as fc from "fast-check";
import { insertCopiesApart } from "../slow-arrival.fixture.ts";
import { resolveSlowly, rowOf, storedId, type Sent } from "../slow-identities.fixture.ts";
import type { SlowEvent } from "./slow-retention.fixture.ts";

/** Around a change to summer time in New York, the end of a month, and the turn of days and weeks there. */
const TURN = Date.UTC(2026, 2, 1, 5);
const HOUR = 3_600_000;
/** Days begin there within an hour of UTC. */
const AFTER_TURN_IN_KOLKATA = 13.75 * HOUR;
const numbered = (what: string, many: number) => Array.from({ length: many }, (_, at) => `${what}${at}`);

/** A moment, often just at the turn of days. */
export const within = (min: number, max: number) =>
  fc
    .tuple(fc.integer({ min, max }), fc.constantFrom(-1, 0, 0, 1, HOUR, AFTER_TURN_IN_KOLKATA))
    .map(([day, ms]) => TURN + day * 24 * HOUR + ms);

export const timeZones = fc.constantFrom(
  "America/New_York",
  "Asia/Shanghai",
  "Pacific/Kiritimati",
  "UTC",
  "Asia/Kolkata",
);

const event = fc.record({
  time: fc.oneof(within(-5, 12), within(-5, 12), within(-35, 35)),
  user: fc.constantFrom("", "", "", ...numbered("u", 12)),
  installation: fc.constantFrom("", "", ...numbered("phone", 6)),
  session: fc.constantFrom("", "s1", "s2"),
  previous: fc.constantFrom("", "", "", "", "old", "u1"),
  name: fc.constantFrom("opened", "paid", "viewed"),
  channel: fc.constantFrom("", ...numbered("channel", 8)),
  code: fc.constantFrom("", "", "", "E1", "crash"),
  flow: fc.constantFrom("", "pay", "transfer"),
});
type Told = Sent & { name: string; channel: string; code: string; flow: string };

export interface History {
  projectId: string;
  events: (SlowEvent & { id: string; code: string; flow: string })[];
}

/** Stores histories, each of a project of its own and with a copy of each event, in two inserts; tells whose events are. */
export async function storeHistories(warehouse: Warehouse, many: number): Promise<History[]> {
  // Dense enough that so many return, whichever they are.
  const all = fc.sample(fc.array(event, { minLength: 250, maxLength: 400 }), many);
  const histories = all.map((told, nth) => toHistory(told, `p${nth}`));
  const rows = histories.flatMap(({ rows: own }) => own);
  await insertCopiesApart(warehouse, [
    ...rows,
    ...rows.map((row) => ({ ...row, received_at: new Date(TURN).toISOString() })),
  ]);
  return histories.map(({ projectId, events }) => ({ projectId, events }));
}

function toHistory(told: readonly Omit<Told, "outcome">[], projectId: string) {
  // Two links at the same moment leave the first to chance; who is whose is tested elsewhere.
  const sent = told.map((one, at) => ({
    ...one,
    time: one.time + (one.user === "" ? 0 : 10 * at),
    outcome: "",
  }));
  const whose = resolveSlowly(sent);
  const nameOf = ({ previous, name }: Told) => (previous === "" ? name : "vox.identified");
  return {
    projectId,
    rows: sent.map((one, at) => ({
      ...rowOf(one, `${projectId}-${at}`),
      project_id: projectId,
      event_name: nameOf(one),
      channel: one.channel,
      error_code: one.code === "crash" ? "" : one.code,
      error_type: one.code === "crash" ? "Crash" : "",
      flow: one.flow,
    })),
    events: sent.map((one) => ({
      customer: whose(storedId(one)),
      id: storedId(one),
      name: nameOf(one),
      time: one.time,
      channel: one.channel,
      code: one.code,
      flow: one.flow,
    })),
  };
}
