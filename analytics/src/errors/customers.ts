import { linksOf, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { decodeCursor, encodeCursor, listOf } from "../http/cursor.ts";
import { judgedErrors, scopeParams, type ErrorScope } from "./scope.ts";

/** A customer who met an error in a range. */
export const errorCustomer = z.object({
  customerId: z.string(),
  events: z.number().int(),
  /** Whether it ended a transaction of theirs for good, at least once. */
  blocked: z.boolean(),
  lastAt: z.iso.datetime(),
  release: z.string(),
  channel: z.string(),
});
export type ErrorCustomer = z.infer<typeof errorCustomer>;
export const errorCustomerList = listOf(errorCustomer);

export interface CustomersQuestion extends ErrorScope {
  /** Only those who were blocked. */
  onlyBlocked: boolean;
  limit: number;
  cursor?: string | undefined;
}

const position = z.tuple([z.iso.datetime(), z.string()]);
/** Later than any event can be. */
const BEFORE_ALL = ["2200-01-01T00:00:00.000Z", ""] as const;

/** Who met a group's error, the latest first. */
export async function listCustomers(
  warehouse: Warehouse,
  question: CustomersQuestion,
): Promise<z.infer<typeof errorCustomerList>> {
  const { limit, cursor, onlyBlocked } = question;
  const [time, customer] = cursor === undefined ? BEFORE_ALL : decodeCursor(cursor, position);
  const links = await linksOf(warehouse, question.projectId);
  const sql = `
  SELECT customer_id AS customerId, uniqExact(event_key) AS events, max(blocked) AS blocked, max(time) AS lastAt,
    argMax(toString(service_version), (time, event_id)) AS release, argMax(toString(channel), (time, event_id)) AS channel
  FROM ${judgedErrors(question, links)} WHERE customer_key != 0
  GROUP BY customer_id
  HAVING (lastAt, customerId) < ({afterTime: DateTime64(3, 'UTC')}, {afterCustomer: String}) AND (blocked OR NOT {onlyBlocked: Bool})
  ORDER BY lastAt DESC, customerId DESC LIMIT {limit: UInt32} + 1`;
  const after = { afterTime: new Date(time), afterCustomer: customer };
  const params = { ...scopeParams(question), ...after, onlyBlocked, limit };
  const row = errorCustomer.extend({ blocked: z.coerce.boolean() });
  const rows = await warehouse.query({ name: "error-customers", sql, params, row });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? encodeCursor([last.lastAt, last.customerId]) : null };
}
