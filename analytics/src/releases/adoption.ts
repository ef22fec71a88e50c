import type { Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { activityByRelease, type ReleaseScope } from "./activity.ts";
import type { AdoptionCurve } from "./health.ts";

const HOUR = 3600;
const STEPS = [60, 300, 900, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 7 * 24 * HOUR];
const MOST_STEPS = 72;
const NOW_MS = 86_400_000;

/** Customers of a step whose newest release it was: `rank` 0 is all others, 1 the oldest of the versions asked about. */
interface Held {
  step: number;
  rank: number;
  customers: number;
}

/**
 * Of each step of the range, its active customers by the newest of the `versions`, given oldest first, that each used in it;
 * who used none of them is among the others. Each customer is counted once a step, so that shares add up to one.
 */
export async function adoptionOf(
  warehouse: Warehouse,
  scope: ReleaseScope,
  versions: readonly string[],
): Promise<AdoptionCurve> {
  const { from, to } = scope.range;
  const length = (to.getTime() - from.getTime()) / 1000;
  const step = STEPS.find((each) => length / each <= MOST_STEPS) ?? 7 * 24 * HOUR;
  const first = Math.floor(from.getTime() / 1000 / step);
  const steps = Math.ceil(to.getTime() / 1000 / step) - first;
  const series = ["", ...versions].map((version) => ({ version, customers: zeros(steps) }));
  const customers = zeros(steps);
  for (const held of await countHeld(warehouse, { scope, versions, step })) {
    const at = held.step - first;
    const line = series[held.rank]?.customers;
    if (line !== undefined) line[at] = held.customers;
    customers[at] = (customers[at] ?? 0) + held.customers;
  }
  const times = customers.map((_, at) => Math.max(from.getTime(), (first + at) * step * 1000));
  return { stepSeconds: step, times: times.map((time) => new Date(time).toISOString()), customers, series };
}

const zeros = (length: number): number[] => Array.from({ length }, () => 0);

/** The same of the last 24 hours of the range, or of all when it is shorter: version to customers, "" for all others. */
export async function adoptionNow(
  warehouse: Warehouse,
  scope: ReleaseScope,
  versions: readonly string[],
): Promise<Map<string, number>> {
  const { from, to } = scope.range;
  const range = { from: new Date(Math.max(from.getTime(), to.getTime() - NOW_MS)), to };
  const held = await countHeld(warehouse, { scope: { ...scope, range }, versions, step: undefined });
  const names = ["", ...versions];
  return new Map(held.map(({ rank, customers }) => [names[rank] ?? "", customers]));
}

async function countHeld(
  warehouse: Warehouse,
  of: { scope: ReleaseScope; versions: readonly string[]; step: number | undefined },
): Promise<Held[]> {
  const { scope, versions, step } = of;
  // Hours of the aggregate begin with the hour: they fit into steps of whole hours and into no shorter ones.
  const active = await activityByRelease(warehouse, scope, step !== undefined && step < HOUR);
  const sql = `
  SELECT step, rank, count() AS customers
  FROM (
    SELECT toUInt32(intDiv(toUnixTimestamp(time), {step: UInt32})) AS step, customer_key,
      max(transform(toString(version), {versions: Array(String)}, {ranks: Array(UInt16)}, toUInt16(0))) AS rank
    FROM ${active.sql} GROUP BY step, customer_key
  ) GROUP BY step, rank`;
  const ranks = versions.map((_, at) => at + 1);
  // One step that is longer than time holds all of it.
  const params = { ...active.params, versions, ranks, step: step ?? 4_294_967_295 };
  const row = z.object({ step: z.number(), rank: z.number(), customers: z.number() });
  return warehouse.query({ name: "releases.adoption", sql, params, row });
}
