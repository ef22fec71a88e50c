import type { Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { ORDERS, TOP, type RankQuestion } from "./query.ts";
import { judgedKeys } from "./scope.ts";

interface Place {
  /** 1 is the first; 0 is behind the first 50, hidden or not there. */
  rank: number;
  /** Of all groups together, each customer once. */
  blockedCustomers: number;
}

/** Where a group stands in the ranking, without counting what a list shows of the others. */
export async function placeOf(
  warehouse: Warehouse,
  question: RankQuestion,
  fingerprint: string,
): Promise<Place> {
  const { sql, params } = await judgedKeys(warehouse, question);
  const [first, [total]] = await Promise.all([
    warehouse.query({
      name: "first-errors",
      sql: `
  SELECT toString(e.fingerprint) AS fingerprint, uniqExactIf(customer_key, blocked) AS blockedCustomers,
    uniqExactIf(customer_key, customer_key != 0) AS customers, count() AS events
  FROM ${sql} AS e GROUP BY e.fingerprint HAVING NOT has({hidden: Array(String)}, fingerprint)
  ORDER BY ${ORDERS[question.rank]} LIMIT ${TOP}`,
      params: { ...params, hidden: question.hidden ?? [] },
      row: z.object({ fingerprint: z.string() }),
    }),
    warehouse.query({
      name: "count-blocked-of-all",
      sql: `SELECT uniqExact(customer_key) AS blockedCustomers FROM ${sql} WHERE blocked`,
      params,
      row: z.object({ blockedCustomers: z.number() }),
    }),
  ]);
  return {
    rank: first.findIndex((group) => group.fingerprint === fingerprint) + 1,
    blockedCustomers: total?.blockedCustomers ?? 0,
  };
}
