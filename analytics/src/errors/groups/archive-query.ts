import { linksOf, storedErrors, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import type { GroupKey } from "./row.ts";

type Question = GroupKey & { since: Date; until: Date };

/** Customers who met a group in a time. */
export async function customersSince(warehouse: Warehouse, of: Question): Promise<number> {
  const sql = `
  SELECT uniqExactIf(customer_key, customer_key != 0) AS customers
  FROM ${storedErrors(await linksOf(warehouse, of.projectId))}`;
  const row = z.object({ customers: z.number() });
  const [counted] = await warehouse.query({ name: "customers-since", sql, params: paramsOf(of), row });
  return counted?.customers ?? 0;
}

/** The most customers of a group in one of the days of a time, counted in 24 h from its start. */
export async function busiestDay(warehouse: Warehouse, of: Question): Promise<number> {
  const sql = `
  SELECT max(customers) AS busiest FROM (
    SELECT dateDiff('second', {since: DateTime64(3, 'UTC')}, time) DIV 86400 AS day,
      uniqExactIf(customer_key, customer_key != 0) AS customers
    FROM ${storedErrors(await linksOf(warehouse, of.projectId))} GROUP BY day
  )`;
  const row = z.object({ busiest: z.number() });
  const [counted] = await warehouse.query({ name: "busiest-day", sql, params: paramsOf(of), row });
  return counted?.busiest ?? 0;
}

const paramsOf = ({ projectId, fingerprint, since, until }: Question) => ({
  project: projectId,
  only: [fingerprint],
  since,
  until,
});
