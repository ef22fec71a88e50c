import type { Deps } from "../deps.ts";
import type { Range } from "../http/range.ts";
import { HOUR_MS, hourlyCounts } from "./hourly-counts.ts";
import { activeHours, busyGroups, countHours, firstSeen, type HourRow, type Scope } from "./query.ts";
import { currentSpike, FEWEST_CUSTOMERS } from "./spike.ts";

/** Something that is out of the ordinary: a row of the ledger but for its project and how it is called. */
export interface Finding {
  fingerprint: string;
  kind: "spiking" | "new";
  unit: "blocked" | "customers";
  since: Date;
  until: Date;
  observed: number;
  spanHours: number;
  expected: number | null;
  low: number | null;
  high: number | null;
}

const HISTORY_MS = 28 * 24 * HOUR_MS;
/** A group that nobody met for so long is no spike any more. */
const RECENT_MS = 6 * HOUR_MS;
const QUARTER_MS = HOUR_MS / 4;

/** Four weeks that end with the last quarter of an hour all of whose recovery windows are over: before, all look blocked. */
export function historyOf(now: Date, recoveryWindowSeconds: number): Range {
  const end = Math.floor((now.getTime() - recoveryWindowSeconds * 1000) / QUARTER_MS) * QUARTER_MS;
  return { from: new Date(end - HISTORY_MS), to: new Date(end) };
}

/** What spikes at the end of the range: groups that are not hidden, and all of the project together. */
export async function findSpikes(
  { warehouse }: Pick<Deps, "warehouse">,
  scope: Scope,
  hidden: ReadonlySet<string>,
): Promise<Finding[]> {
  const { projectId, range } = scope;
  const active = await activeHours(warehouse, scope);
  if (active.size === 0) return [];
  const recent = { from: new Date(range.to.getTime() - RECENT_MS), to: range.to };
  const busy = await busyGroups(warehouse, { ...scope, range: recent }, FEWEST_CUSTOMERS);
  const only = busy.filter((fingerprint) => !hidden.has(fingerprint));
  const [total, groups, seen] = await Promise.all([
    countHours(warehouse, scope, "total"),
    only.length === 0 ? [] : countHours(warehouse, { ...scope, only }, "group"),
    only.length === 0 ? new Map<string, Date>() : firstSeen(warehouse, { projectId, only }),
  ]);
  seen.set("", new Date(Math.min(...active)));
  const byGroup = Map.groupBy([...total, ...groups], ({ fingerprint }) => fingerprint);
  return [...byGroup].flatMap(([fingerprint, rows]) => {
    const since = seen.get(fingerprint);
    return since === undefined ? [] : (spikeOf(rows, { fingerprint, range, firstSeen: since, active }) ?? []);
  });
}

function spikeOf(
  rows: readonly HourRow[],
  of: { fingerprint: string; range: Range; firstSeen: Date; active: ReadonlySet<number> },
): Finding | undefined {
  const { unit, from, counts } = hourlyCounts(rows, of);
  const spike = currentSpike(counts);
  if (spike === undefined) return undefined;
  const { span: spanHours, observed, expected, low, high } = spike;
  const since = new Date(from.getTime() + spike.since * HOUR_MS);
  const until = new Date(from.getTime() + (spike.at + 1) * HOUR_MS);
  const { fingerprint } = of;
  return { fingerprint, kind: "spiking", unit, since, until, observed, spanHours, expected, low, high };
}
