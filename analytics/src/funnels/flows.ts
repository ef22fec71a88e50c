import { ATTR, EVENT } from "@voxloop/contract";
import type { Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import type { Range } from "../http/range.ts";
import type { FlowFunnel } from "./flow.ts";
import type { FunnelDefinition, FunnelStep } from "./funnel.ts";

export interface FlowsQuestion {
  projectId: string;
  range: Range;
  /** The window of the funnels. */
  windowSeconds: number;
}

const MOST_FLOWS = 200;
/** With the start and the success a funnel has 20. */
const MOST_STEPS = 18;
/** Steps of fewer transactions are not of the flow as most know it. */
const LEAST_SHARE = 0.05;

const stepRow = z.object({
  flow: z.string(),
  /** Empty: the whole flow. */
  step: z.string(),
  transactions: z.number(),
  started: z.number(),
  succeeded: z.number(),
  /** That have an id of their own. */
  named: z.number(),
});
type StepRow = z.infer<typeof stepRow>;

/** A project's flows, the one of most transactions first, each with the funnel of its steps as they mostly come. */
export async function listFlows(
  warehouse: Warehouse,
  { projectId, range, windowSeconds }: FlowsQuestion,
): Promise<FlowFunnel[]> {
  // Copies make no difference to sets and maxima. Transactions without an id are told apart by session and customer.
  const sql = `
  SELECT flow, path.2 AS step, count() AS transactions, countIf(has_started) AS started, countIf(has_succeeded) AS succeeded,
    countIf(id != '') AS named, quantileExact(path.1) AS after
  FROM (
    SELECT toString(flow) AS flow, transaction_id AS id, max(outcome = 'started') AS has_started, max(outcome = 'succeeded') AS has_succeeded,
      min(toUnixTimestamp64Milli(time)) AS begun,
      arraySort(groupUniqArrayIf((toUnixTimestamp64Milli(time), toString(step)), event_name = {step: String} AND step != '')) AS sent,
      arrayFilter((event, copy) -> copy = 1, sent, arrayEnumerateUniq(sent.2)) AS firsts,
      arrayConcat([(toInt64(0), '')], arrayMap(event -> (event.1 - begun, event.2), firsts)) AS paths
    FROM events_v1
    WHERE project_id = {project: String} AND event_name IN ({transaction: String}, {step: String}) AND events_v1.flow != ''
      AND time >= {from: DateTime64(3, 'UTC')} AND time < {to: DateTime64(3, 'UTC')}
    GROUP BY flow, id, if(id != '', ('', ''), (session_id, customer_id))
  )
  ARRAY JOIN paths AS path
  GROUP BY flow, step ORDER BY flow, after, avg(path.1), step`;
  const params = { project: projectId, transaction: EVENT.transaction, step: EVENT.step, ...range };
  const rows = await warehouse.query({ name: "list-flows", sql, params, row: stepRow });
  return [...Map.groupBy(rows, ({ flow }) => flow).values()]
    .flatMap((of) => toFlow(of, windowSeconds))
    .toSorted((a, b) => b.transactions - a.transactions || (a.flow < b.flow ? -1 : 1))
    .slice(0, MOST_FLOWS);
}

function toFlow(rows: readonly StepRow[], windowSeconds: number): FlowFunnel[] {
  const whole = rows.find(({ step }) => step === "");
  if (whole === undefined) return [];
  const { flow, transactions, succeeded } = whole;
  const usual = rows
    .filter((row) => row.step !== "" && row.transactions >= LEAST_SHARE * transactions)
    .toSorted((a, b) => b.transactions - a.transactions)
    .slice(0, MOST_STEPS);
  const definition: FunnelDefinition = {
    steps: [
      ofOutcome(flow, "started"),
      ...rows.filter((row) => usual.includes(row)).map((row) => toStep(row, whole)),
      ofOutcome(flow, "succeeded"),
    ],
    order: "ordered",
    windowSeconds,
    unit: "customer",
    ...(whole.named === transactions && { hold: ATTR.transactionId }),
  };
  return [{ flow, transactions, succeeded, definition }];
}

const ofOutcome = (flow: string, outcome: string): FunnelStep => ({
  event: EVENT.transaction,
  label: outcome,
  where: { [ATTR.flow]: flow, [ATTR.outcome]: outcome },
});

/** A step that most who succeed do without is optional. */
function toStep({ flow, step, succeeded }: StepRow, whole: StepRow): FunnelStep {
  return {
    event: EVENT.step,
    label: step.slice(0, 80),
    where: { [ATTR.flow]: flow, [ATTR.step]: step },
    ...(succeeded * 2 < whole.succeeded && { optional: true }),
  };
}
