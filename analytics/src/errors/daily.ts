import type { Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { daysOf, partialDays } from "../stats/days.ts";
import { judgedKeys, type ErrorScope } from "./scope.ts";

export const blockedDay = z.object({
  /** `2026-11-24`, of the project's time zone. */
  day: z.iso.date(),
  blockedTransactions: z.number().int(),
  blockedCustomers: z.number().int(),
  events: z.number().int(),
  /** The day is not over, or part of it lies outside of the range. */
  isPartial: z.boolean(),
});

export const blockedDaily = z.object({
  items: z.array(blockedDay),
  /** No more blocked transactions than this a day; null: the project has no goal. */
  goal: z.number().int().nullable(),
  timeZone: z.string(),
});
export type BlockedDaily = z.infer<typeof blockedDaily>;

/** Transactions that errors ended, by the day on which they did, for each day of the range from the first to the last. */
export async function countDaily(
  warehouse: Warehouse,
  scope: ErrorScope,
  timeZone: string,
): Promise<BlockedDaily["items"]> {
  const errors = await judgedKeys(warehouse, scope);
  const sql = `
  SELECT toString(toDate(time, {timeZone: String})) AS day, uniqExactIf(attempt_key, blocked) AS blockedTransactions,
    uniqExactIf(customer_key, blocked) AS blockedCustomers, count() AS events
  FROM ${errors.sql} GROUP BY day`;
  const params = { ...errors.params, timeZone };
  const row = blockedDay.omit({ isPartial: true });
  const rows = await warehouse.query({ name: "blocked-daily", sql, params, row });
  const counted = new Map(rows.map((one) => [one.day, one]));
  const partial = partialDays(scope.range, timeZone);
  return daysOf(scope.range, timeZone).map((day) => ({
    ...(counted.get(day) ?? { day, blockedTransactions: 0, blockedCustomers: 0, events: 0 }),
    isPartial: partial.has(day),
  }));
}
