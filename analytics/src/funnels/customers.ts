import { linksOf, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import type { SegmentFilter } from "../filters/segment-filter.ts";
import { decodeCursor, encodeCursor } from "../http/cursor.ts";
import { chainSql } from "./chain-sql.ts";
import type { CustomersQuery, FunnelCustomer } from "./customer.ts";

export interface CustomersQuestion {
  projectId: string;
  query: CustomersQuery;
  now: Date;
  /** Only its customers are told. */
  segment?: SegmentFilter | undefined;
  limit: number;
  cursor?: string | undefined;
}

const IS_AMONG = {
  entered: "moments[{step: UInt8}] != 0",
  continued: "moments[{step: UInt8}] != 0 AND depth > {step: UInt8}",
  dropped: "depth = {step: UInt8} AND NOT open AND NOT removed",
  stillInWindow: "depth = {step: UInt8} AND open",
  excluded: "depth = {step: UInt8} AND removed AND NOT open",
} as const;

const position = z.tuple([z.number().int(), z.string()]);
/** Later than any event can be. */
const BEFORE_ALL = [Date.UTC(2200, 0), ""] as const;
const at = z.coerce.number().transform((time) => new Date(time).toISOString());
const customerRow = z.object({
  id: z.string(),
  start: z.coerce.number(),
  stepAt: at,
  next: z.coerce.number(),
});

/** Who is behind a number of a step, the latest to start first. */
export async function listCustomers(
  warehouse: Warehouse,
  { projectId, query, now, segment, limit, cursor }: CustomersQuestion,
): Promise<{ items: FunnelCustomer[]; nextCursor: string | null }> {
  const [time, id] = cursor === undefined ? BEFORE_ALL : decodeCursor(cursor, position);
  const chain = chainSql(query, await linksOf(warehouse, projectId), {
    named: true,
    segment,
    property: query.breakdown?.property,
  });
  const sql = `
  SELECT name AS id, start, moments[{step: UInt8}] AS stepAt,
    arrayFirst(moment -> moment != 0, arraySlice(moments, {step: UInt8} + 1)) AS next
  FROM (${chain.sql})
  WHERE ${IS_AMONG[query.which]} ${query.value === undefined ? "" : "AND value = {value: String}"}
    AND (start, id) < ({afterTime: Int64}, {afterId: String})
  ORDER BY start DESC, id DESC LIMIT {limit: UInt32} + 1`;
  const after = { afterTime: time, afterId: id };
  const asked = { step: query.step, value: query.value ?? "", project: projectId, now: now.getTime(), limit };
  const params = { ...chain.params, ...asked, ...after };
  const rows = await warehouse.query({ name: "funnel-customers", sql, params, row: customerRow });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return {
    items: page.map(({ id: customer, start, stepAt, next }) => ({
      id: customer,
      startedAt: new Date(start).toISOString(),
      stepAt,
      nextAt: next === 0 ? null : new Date(next).toISOString(),
    })),
    nextCursor: hasMore ? encodeCursor([last.start, last.id]) : null,
  };
}
