import type { Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { JUDGED_ERRORS } from "./errors-query.ts";

export interface FlowScope {
  projectId: string;
  /** "" counts customers active at all, and every error event as blocking: for errors outside flows. */
  flow: string;
  /** "" means any. */
  service: string;
  environment: string;
}

/** Exposed to a flow: any transaction event of it, as `events_v1` has them, because there they carry their service. */
const EXPOSURES = `
  FROM events_v1
  WHERE project_id = {projectId: String} AND time >= {since: DateTime64(3, 'UTC')} AND time < {until: DateTime64(3, 'UTC')}
    AND ({flow: String} = '' OR (event_name = 'vox.transaction' AND flow = {flow: String}))
    AND ({service: String} = '' OR service_name = {service: String})
    AND ({environment: String} = '' OR environment = {environment: String})
    AND customer_id != '' AND service_version != ''`;

/** Releases on which customers were exposed to a flow, with the first time in the range. */
export function exposedVersions(
  warehouse: Warehouse,
  of: FlowScope & { since: Date; until: Date },
): Promise<{ version: string; firstSeen: string }[]> {
  return warehouse.query({
    name: "issues.exposed_versions",
    sql: `SELECT service_version AS version, min(time) AS firstSeen ${EXPOSURES} GROUP BY version ORDER BY firstSeen`,
    params: { ...of },
    row: z.object({ version: z.string(), firstSeen: z.iso.datetime() }),
  });
}

export interface ArmsQuestion extends FlowScope {
  fingerprint: string;
  recoveryWindowSeconds: number;
  releasedAt: Date;
  /** Releases with the fix, and those without it; any other is in no arm. */
  fixedVersions: string[];
  olderVersions: string[];
  afterMs: number;
  beforeMs: number;
  /** Compare with the same hours of the weeks before; else with the time mirrored at the release. */
  byWeek: boolean;
}

/**
 * - `after`: on the fixed release, after it came out.
 * - `control`: on older releases at the same time, customers who never met the fixed one.
 * - `before_after`, `before_control`, `before_gone`: on older releases before, by the arm the same customer is in afterwards.
 */
export const CELLS = ["after", "control", "before_after", "before_control", "before_gone"] as const;

const cellRow = z.object({
  cell: z.enum(CELLS),
  /** Days since the release (for the time before: of the day it is compared with); -1 is the whole time. */
  period: z.number(),
  atRisk: z.number(),
  blocked: z.number(),
});
export type CellRow = z.infer<typeof cellRow>;

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

const ARMS_SQL = `
  WITH
    errors AS (${JUDGED_ERRORS}),
    seen AS (
      SELECT customer_id, time, service_version, false AS is_block ${EXPOSURES}
      UNION ALL
      SELECT customer_id, time, service_version, true AS is_block FROM errors
      WHERE (blocked OR {flow: String} = '') AND time < {until: DateTime64(3, 'UTC')}
        AND ({service: String} = '' OR service_name = {service: String})
        AND ({environment: String} = '' OR environment = {environment: String})),
    placed AS (
      SELECT customer_id, is_block, has({fixedVersions: Array(String)}, service_version) AS is_fixed,
        dateDiff('millisecond', {releasedAt: DateTime64(3, 'UTC')}, time) AS since_release,
        since_release >= 0 AS is_after,
        multiIf(is_after, since_release,
          {byWeek: Bool}, since_release + (2 * intDiv(-since_release - 1, ${WEEK_MS}) + 1) * ${WEEK_MS},
          -since_release - 1) AS offset
      FROM seen
      WHERE (is_fixed OR has({olderVersions: Array(String)}, service_version))
        AND offset < if(is_after, {afterMs: Int64}, {beforeMs: Int64})),
    arms AS (
      SELECT customer_id, is_after, is_fixed, groupUniqArray(toInt32(intDiv(offset, ${DAY_MS}))) AS periods,
        minOrNullIf(toInt32(intDiv(offset, ${DAY_MS})), is_block) AS blocked_in
      FROM placed GROUP BY customer_id, is_after, is_fixed),
    customers AS (
      SELECT groupArray((is_after, is_fixed, periods, blocked_in)) AS arms,
        arrayExists(arm -> arm.1 AND arm.2, arms) AS met_fix, arrayExists(arm -> arm.1, arms) AS came_back
      FROM arms GROUP BY customer_id),
    cells AS (
      SELECT arrayJoin(arms) AS arm, arm.4 AS blocked_in,
        multiIf(arm.1 AND arm.2, 'after', arm.1 AND NOT met_fix, 'control', arm.1 OR arm.2, '',
          met_fix, 'before_after', came_back, 'before_control', 'before_gone') AS cell,
        arrayJoin(arrayConcat([-1], arrayFilter(period -> period <= ifNull(blocked_in, period), arm.3))) AS period
      FROM customers)
  SELECT cell, period, count() AS atRisk, countIf(blocked_in IS NOT NULL AND period IN (-1, blocked_in)) AS blocked
  FROM cells
  WHERE cell != ''
  GROUP BY cell, period
  ORDER BY cell, period`;

/**
 * Customers exposed to the flow and, of them, those the error blocked, by arm and period of 24 h. A customer is blocked
 * once an arm, in the first period it happens, and is no longer at risk in later ones. One who takes the fixed release
 * within the window counts in `after` from then; what they did on older releases after it came out counts nowhere.
 */
export function countArms(warehouse: Warehouse, of: ArmsQuestion): Promise<CellRow[]> {
  const start = of.releasedAt.getTime();
  const weeks = Math.ceil(of.beforeMs / WEEK_MS);
  return warehouse.query({
    name: "issues.arms",
    sql: ARMS_SQL,
    params: {
      ...of,
      since: new Date(start - (of.byWeek ? weeks * WEEK_MS : of.beforeMs)),
      until: new Date(start + of.afterMs),
    },
    row: cellRow,
  });
}
