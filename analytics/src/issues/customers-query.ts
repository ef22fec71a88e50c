import { linksOf, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "../http/cursor.ts";
import { judgedGroup, judgedParams, type JudgedQuestion } from "./errors-query.ts";
import { affectedCustomer, type AffectedCustomer } from "./issue.ts";
import type { Page } from "./store.ts";

/** Later than any event can be. */
const BEFORE_ALL = ["2200-01-01T00:00:00.000Z", ""] as const;

/** Customers an error blocked in a time range, the latest blocked first. */
export async function affectedCustomers(
  warehouse: Warehouse,
  of: JudgedQuestion & Page & { since: Date; until: Date },
): Promise<{ items: AffectedCustomer[]; nextCursor: string | null }> {
  const { cursor, ...params } = of;
  const [afterTime, afterCustomer] = cursor === undefined ? BEFORE_ALL : decodeCursor(cursor, position);
  const links = await linksOf(warehouse, of.projectId);
  const rows = await warehouse.query({
    name: "issues.affected_customers",
    sql: `
      SELECT customer_id AS customerId, max(time) AS blockedAt, argMax(service_version, time) AS release
      FROM ${judgedGroup(links)}
      WHERE blocked
      GROUP BY customer_id
      HAVING (blockedAt, customerId) < ({afterTime: DateTime64(3, 'UTC')}, {afterCustomer: String})
      ORDER BY blockedAt DESC, customerId DESC
      LIMIT {limit: UInt32} + 1`,
    params: { ...params, ...judgedParams(of), afterTime: new Date(afterTime), afterCustomer },
    row: affectedCustomer,
  });
  const items = rows.slice(0, of.limit);
  const last = items.at(-1);
  return {
    items,
    nextCursor:
      rows.length > of.limit && last !== undefined ? encodeCursor([last.blockedAt, last.customerId]) : null,
  };
}

const position = z.tuple([z.iso.datetime(), z.string()]);
