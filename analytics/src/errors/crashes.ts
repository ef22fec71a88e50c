import { ATTR, EVENT } from "@voxloop/contract";
import { linksOf, ofCustomers, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { andInSegment } from "../filters/segment-filter.ts";
import { filterSql } from "./filter.ts";
import type { ErrorScope } from "./scope.ts";

/** Who found an error that nobody caught; what a framework caught left the app running. */
const UNCAUGHT = ["uncaught", "rejection"];

/** Distinct sessions of the range in which the app crashed: `app.crash`, or an exception that nobody caught. */
export async function countCrashed(
  warehouse: Warehouse,
  { projectId, range, filter, segment }: Pick<ErrorScope, "projectId" | "range" | "filter" | "segment">,
): Promise<number> {
  const own = filterSql(filter);
  const crashes = `
  SELECT customer_id, user_id = '' AS is_anonymous, session_id FROM events_v1
  WHERE project_id = {project: String} AND event_name IN ({crash: String}, {exception: String})
    AND time >= {since: DateTime64(3, 'UTC')} AND time < {until: DateTime64(3, 'UTC')}${own.sql}
    AND (event_name = {crash: String} OR has({uncaught: Array(String)}, attributes[{origin: String}]))`;
  const counted = segment
    ? `${ofCustomers(crashes, await linksOf(warehouse, projectId), "is_anonymous")} WHERE true${andInSegment(segment)}`
    : `(${crashes})`;
  const sql = `SELECT uniqExactIf(session_id, session_id != '') AS crashedSessions FROM ${counted}`;
  const params = {
    project: projectId,
    since: range.from,
    until: range.to,
    crash: EVENT.crash,
    exception: EVENT.exception,
    uncaught: UNCAUGHT,
    origin: ATTR.errorOrigin,
    ...own.params,
    ...segment?.params,
  };
  const row = z.object({ crashedSessions: z.number() });
  const [found] = await warehouse.query({ name: "count-crashed", sql, params, row });
  return found?.crashedSessions ?? 0;
}
