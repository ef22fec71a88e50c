import { activityOf, linksOf, ofKeys, type Warehouse } from "@voxloop/warehouse";
import { segmentFilter } from "../filters/segment-filter.ts";
import type { SegmentDefinition } from "../filters/segment.ts";
import { segmentSize, type SegmentSize } from "./segment.ts";

const ACTIVE_DAYS = 30;
const DAY_MS = 86_400_000;

/** How many customers are in a segment, and how many of them are among those who were active lately. */
export async function countSegment(
  warehouse: Warehouse,
  { projectId, definition, to }: { projectId: string; definition: SegmentDefinition; to: Date },
): Promise<SegmentSize> {
  const links = await linksOf(warehouse, projectId);
  const segment = segmentFilter(definition, { to, links });
  const active = activityOf({ from: new Date(to.getTime() - ACTIVE_DAYS * DAY_MS), to });
  const rows = `SELECT DISTINCT own_key, is_anonymous FROM (${active.sql}) WHERE own_key != 0`;
  const sql = `
  SELECT toUInt32(countIf(is_in)) AS customers, toUInt32(countIf(is_in AND is_active)) AS activeCustomers,
    toUInt32(countIf(is_active)) AS allActive
  FROM (
    SELECT customer_key, max(in_segment) AS is_in, max(NOT in_segment) AS is_active
    FROM (
      SELECT customer_key, true AS in_segment FROM ${segment.sql}
      UNION ALL
      SELECT customer_key, false AS in_segment FROM ${ofKeys(rows, links, "is_anonymous")}
    )
    GROUP BY customer_key
  )`;
  const params = { project: projectId, ...active.params, ...segment.params };
  const row = segmentSize.omit({ to: true });
  const [counted] = await warehouse.query({ name: "count-segment", sql, params, row });
  if (counted === undefined) throw new Error("An aggregate without GROUP BY gave no row");
  return { ...counted, to: to.toISOString() };
}
