import { EVENT, GUIDANCE_ACTIONS, type GuidanceAction } from "@voxloop/contract";
import { linksOf, ofCustomers, ofKeys, OWN_KEY, type Links, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import type { Range } from "../http/range.ts";
import type { ActionCounts, ArmCounts } from "./recovery.ts";

export interface RecoveryQuestion {
  projectId: string;
  guidanceId: string;
  /** Of the moments at which customers were stopped. */
  range: Range;
  recoveryWindowSeconds: number;
  now: Date;
  /** By version, the flow that the guidance is for, where it names one: for apps whose events name none. */
  flows: ReadonlyMap<number, string>;
}

/** What customers of one version, or of all (null), did. */
export interface VersionCounts {
  version: number | null;
  shown: ArmCounts | undefined;
  heldOut: ArmCounts | undefined;
  actions: ActionCounts | undefined;
}

/**
 * Customers whom an error stopped, by version and by whether they were shown the guidance or held out of it: how many of
 * them succeeded in the same flow within the recovery window, and how fast (DESIGN section 7, "Guidance recovery"). Each
 * customer counts once a version, from their first meeting with it in the range.
 */
export async function countRecovery(
  warehouse: Warehouse,
  question: RecoveryQuestion,
): Promise<VersionCounts[]> {
  const links = await linksOf(warehouse, question.projectId);
  const params = paramsOf(question);
  const [arms, actions] = await Promise.all([
    warehouse.query({ name: "guidance-recovery", sql: armsSql(links), params, row: armRow }),
    warehouse.query({ name: "guidance-actions", sql: actionsSql(links), params, row: actionRow }),
  ]);
  const versions = new Set([...arms, ...actions].map(({ version }) => version));
  return [...versions].map((version) => {
    const armOf = (isHeldOut: boolean) =>
      arms.find((arm) => arm.version === version && arm.heldOut === isHeldOut);
    return {
      version: version === ALL ? null : version,
      shown: countsOf(armOf(false)),
      heldOut: countsOf(armOf(true)),
      actions: actions.find((action) => action.version === version),
    };
  });
}

function countsOf(arm: z.infer<typeof armRow> | undefined): ArmCounts | undefined {
  if (arm === undefined) return undefined;
  const { version: _version, heldOut: _heldOut, ...counts } = arm;
  return counts;
}

function paramsOf({ flows, range, ...question }: RecoveryQuestion) {
  return {
    project: question.projectId,
    guidance: question.guidanceId,
    from: range.from,
    to: range.to,
    recovery: question.recoveryWindowSeconds,
    now: question.now,
    versions: [...flows.keys()],
    flows: [...flows.values()],
  };
}

const armRow = z.object({
  version: z.number(),
  heldOut: z.boolean(),
  stopped: z.number(),
  recovered: z.number(),
  medianSeconds: z.number().nullable(),
  stillInWindow: z.number(),
  outsideFlows: z.number(),
});

const actionRow = z.object({ version: z.number(), followed: z.number(), dismissed: z.number() });

/** Versions count from 1. */
const ALL = 0;
const [SHOWN, FOLLOWED, DISMISSED, , HELD_OUT]: readonly GuidanceAction[] = GUIDANCE_ACTIONS;

/** What apps told of the guidance; each event counts for its version and for all. */
const GUIDED = `
  SELECT customer_id, time, event_id, is_anonymous, action,
    arrayJoin(arrayDistinct([${ALL}, g.version])) AS version,
    if(flow != '', flow, transform(g.version, {versions: Array(UInt32)}, {flows: Array(String)}, '')) AS stopped_flow
  FROM prompt_events_v1 AS g
  WHERE project_id = {project: String} AND prompt_id = {guidance: String} AND event_name = '${EVENT.guidance}'
    AND time >= {from: DateTime64(3, 'UTC')} AND time < {to: DateTime64(3, 'UTC')}`;

const SUCCESSES = `
  SELECT flow, ${OWN_KEY} AS own_key, time, is_anonymous FROM transaction_events_v1
  WHERE project_id = {project: String} AND outcome = 'succeeded' AND time > {from: DateTime64(3, 'UTC')}
    AND time < {to: DateTime64(3, 'UTC')} + toIntervalSecond({recovery: UInt32})
    AND flow IN (SELECT stopped_flow FROM (${GUIDED}) WHERE stopped_flow != '')`;

/** The first meeting of each customer with each version; of two at the same millisecond always the same one. */
const metSql = (links: Links) => `
  SELECT version, customer_key, min(time) AS stopped_at,
    argMin((action = '${HELD_OUT}', stopped_flow), (time, event_id)) AS first, first.1 AS held_out, first.2 AS flow
  FROM ${ofCustomers(GUIDED, links, "is_anonymous")}
  WHERE customer_key != 0 AND action IN ('${SHOWN}', '${HELD_OUT}')
  GROUP BY version, customer_key`;

const armsSql = (links: Links) => `
  WITH met AS (${metSql(links)}),
    successes AS (SELECT flow, customer_key, time FROM ${ofKeys(SUCCESSES, links, "is_anonymous")}),
    judged AS (
      SELECT m.version AS version, m.held_out AS held_out, m.flow AS flow,
        m.stopped_at + toIntervalSecond({recovery: UInt32}) <= {now: DateTime64(3, 'UTC')} AS is_over,
        s.time > m.stopped_at AND s.time <= m.stopped_at + toIntervalSecond({recovery: UInt32}) AS has_recovered,
        (toUnixTimestamp64Milli(s.time) - toUnixTimestamp64Milli(m.stopped_at)) / 1000 AS seconds
      FROM met AS m ASOF LEFT JOIN successes AS s
        ON s.customer_key = m.customer_key AND s.flow = m.flow AND m.stopped_at < s.time
    )
  SELECT version, toBool(held_out) AS heldOut,
    countIf(flow != '' AND is_over) AS stopped, countIf(flow != '' AND is_over AND has_recovered) AS recovered,
    if(recovered = 0, NULL, quantileExactInclusiveIf(0.5)(seconds, flow != '' AND is_over AND has_recovered)) AS medianSeconds,
    countIf(flow != '' AND NOT is_over) AS stillInWindow, countIf(flow = '') AS outsideFlows
  FROM judged GROUP BY version, held_out`;

const actionsSql = (links: Links) => `
  SELECT version, uniqExactIf(customer_key, action = '${FOLLOWED}') AS followed,
    uniqExactIf(customer_key, action = '${DISMISSED}') AS dismissed
  FROM ${ofCustomers(GUIDED, links, "is_anonymous")} WHERE customer_key != 0
  GROUP BY version`;
