import { GROUPED_RELEASES, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import type { ErrorGroup } from "./error-group.ts";
import { scopeParams, storedErrors, type ErrorScope } from "./scope.ts";

/** How a group is called: by its latest own event, and by its latest within a flow. */
export type Head = Pick<ErrorGroup, "code" | "type" | "title" | "flow" | "page" | "step" | "firstSeen">;

export interface SeenGroup {
  fingerprint: string;
  lastSeen: string;
  /** In a flow, and of an event that was not merged into it; of the epoch when there was none. */
  lastInFlow: string;
  lastOwn: string;
}

/** Names groups by looking up their events at the very times given, which the sort key finds at once. */
export async function describeHeads(
  warehouse: Warehouse,
  scope: ErrorScope,
  groups: readonly SeenGroup[],
): Promise<Map<string, Head>> {
  if (groups.length === 0) return new Map();
  const [names, firstSeen] = await Promise.all([
    nameGroups(warehouse, scope, groups),
    firstSeenOf(warehouse, scope),
  ]);
  return new Map(
    names.map(({ fingerprint, at, ...name }) => [
      fingerprint,
      { ...name, firstSeen: firstSeen.get(fingerprint) ?? at },
    ]),
  );
}

const nameRow = z.object({
  fingerprint: z.string(),
  at: z.iso.datetime(),
  code: z.string(),
  type: z.string(),
  title: z.string(),
  flow: z.string(),
  page: z.string(),
  step: z.string(),
});

/** A group is called by its own events, not by those that were merged into it. */
const LATEST = "(stored_fingerprint = fingerprint, time, event_id)";

async function nameGroups(warehouse: Warehouse, scope: ErrorScope, groups: readonly SeenGroup[]) {
  // The times are of the scope's customers already; without links nobody could be told to be one of a segment.
  const errors = storedErrors({ ...scope, segment: undefined }, "none");
  const sql = `
  SELECT fingerprint, max(time) AS at, argMax(error_code, ${LATEST}) AS code,
    argMax(error_type, ${LATEST}) AS type, argMax(title, ${LATEST}) AS title,
    argMax(flow, (flow != '', stored_fingerprint = fingerprint, time, event_id)) AS flow,
    argMax(page, ${LATEST}) AS page, argMax(step, ${LATEST}) AS step
  FROM ${errors} WHERE time IN {times: Array(DateTime64(3, 'UTC'))}
  GROUP BY fingerprint`;
  const times = groups.flatMap((group) =>
    [group.lastSeen, group.lastInFlow, group.lastOwn].map((time) => time.slice(0, -1)),
  );
  return warehouse.query({
    name: "name-errors",
    sql,
    params: { ...scopeParams(scope), times },
    row: nameRow,
  });
}

async function firstSeenOf(warehouse: Warehouse, scope: ErrorScope): Promise<Map<string, string>> {
  const sql = `
  SELECT fingerprint, min(first_seen) AS firstSeen FROM ${GROUPED_RELEASES}
  WHERE project_id = {project: String} AND fingerprint IN {only: Array(String)} GROUP BY fingerprint`;
  const row = z.object({ fingerprint: z.string(), firstSeen: z.iso.datetime() });
  const rows = await warehouse.query({ name: "first-seen", sql, params: scopeParams(scope), row });
  return new Map(rows.map(({ fingerprint, firstSeen }) => [fingerprint, firstSeen]));
}
