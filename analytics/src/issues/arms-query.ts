import { linksOf, ofCustomers, type Links, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { judgedGroup, judgedParams } from "./errors-query.ts";

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
  WHERE project_id = {project: String} AND time >= {since: DateTime64(3, 'UTC')} AND time < {until: DateTime64(3, 'UTC')}
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
    params: { ...of, project: of.projectId },
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
  /** How far back it is known what an arm's customers were like before. */
  pastMs: number;
  /** Compare with the same hours of the weeks before; else with the time mirrored at the release. */
  byWeek: boolean;
}

/**
 * - `after`: on the fixed release, after it came out.
 * - `control`: on older releases at the same time, customers who never met the fixed one.
 * - `before_after`, `before_control`, `before_gone`: on older releases in a time before that is as long, by the arm the
 *   same customer is in afterwards.
 * - `past_after`, `past_control`: the same two groups of customers over all of the known past.
 */
export const CELLS = [
  "after",
  "control",
  "before_after",
  "before_control",
  "before_gone",
  "past_after",
  "past_control",
] as const;

const cellRow = z.object({
  cell: z.enum(CELLS),
  /**
   * Days since the release; for the time before, of the day it is compared with; for the past, days before the release.
   * -1 is the whole time.
   */
  period: z.number(),
  atRisk: z.number(),
  blocked: z.number(),
});
export type CellRow = z.infer<typeof cellRow>;

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

const exposed = `SELECT customer_id, user_id, time, service_version ${EXPOSURES}`;

const armsSql = (links: Links) => `
  WITH
    seen AS (
      SELECT customer_key, time, service_version, false AS is_block FROM ${ofCustomers(exposed, links, "user_id = ''")}
      UNION ALL
      SELECT customer_key, time, service_version, true AS is_block FROM ${judgedGroup(links)}
      WHERE (blocked OR {flow: String} = '')
        AND ({service: String} = '' OR service_name = {service: String})
        AND ({environment: String} = '' OR environment = {environment: String})),
    placed AS (
      SELECT customer_key, is_block, has({fixedVersions: Array(String)}, service_version) AS is_fixed,
        dateDiff('millisecond', {releasedAt: DateTime64(3, 'UTC')}, time) AS since_release,
        -since_release - 1 AS back,
        if({byWeek: Bool}, since_release + (2 * intDiv(back, ${WEEK_MS}) + 1) * ${WEEK_MS}, back) AS offset,
        arrayJoin(multiIf(
          since_release >= 0, [('after', since_release)],
          offset < {beforeMs: Int64}, [('before', offset), ('past', back)],
          [('past', back)])) AS place,
        place.1 AS side, toInt32(intDiv(place.2, ${DAY_MS})) AS period
      FROM seen
      WHERE (is_fixed OR has({olderVersions: Array(String)}, service_version)) AND since_release < {afterMs: Int64}),
    arms AS (
      SELECT customer_key, side, is_fixed, groupUniqArray(period) AS periods, minOrNullIf(period, is_block) AS blocked_in
      FROM placed GROUP BY customer_key, side, is_fixed),
    customers AS (
      SELECT groupArray((side, is_fixed, periods, blocked_in)) AS arms,
        arrayExists(arm -> arm.1 = 'after' AND arm.2, arms) AS met_fix,
        multiIf(met_fix, 'after', arrayExists(arm -> arm.1 = 'after', arms), 'control', 'gone') AS later
      FROM arms GROUP BY customer_key),
    cells AS (
      SELECT arrayJoin(arms) AS arm, arm.4 AS blocked_in,
        multiIf(arm.1 = 'after', multiIf(arm.2, 'after', met_fix, '', 'control'),
          arm.2 OR (arm.1 = 'past' AND later = 'gone'), '', concat(arm.1, '_', later)) AS cell,
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
export async function countArms(warehouse: Warehouse, of: ArmsQuestion): Promise<CellRow[]> {
  const start = of.releasedAt.getTime();
  return warehouse.query({
    name: "issues.arms",
    sql: armsSql(await linksOf(warehouse, of.projectId)),
    params: {
      ...of,
      ...judgedParams(of),
      since: new Date(start - of.pastMs),
      until: new Date(start + of.afterMs),
    },
    row: cellRow,
  });
}
