import { linksOf, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { chainSql } from "./chain-sql.ts";
import type { FunnelQuery, FunnelResult } from "./funnel.ts";

export interface FunnelQuestion {
  projectId: string;
  funnel: FunnelQuery;
  /** Units whose window has not ended by now are reported apart, not as dropped. */
  now: Date;
}

/** How many units reach each step of an ordered funnel, exact, and how long they take (DESIGN section 7, "Funnel"). */
export async function queryFunnel(
  warehouse: Warehouse,
  { projectId, funnel, now }: FunnelQuestion,
): Promise<FunnelResult> {
  const chain = chainSql(funnel, await linksOf(warehouse, projectId));
  const sql = `
  SELECT step, countIf(depth >= step) AS entered, countIf(depth > step) AS continued,
    countIf(depth = step AND open) AS waiting,
    quantilesExactInclusiveIf(0.5, 0.9)((moments[step] - moments[step - 1]) / 1000, step > 1 AND depth >= step) AS seconds
  FROM (${chain.sql})
  ARRAY JOIN arrayMap(step -> toUInt32(step), range(1, {steps: UInt8} + 1)) AS step
  GROUP BY step ORDER BY step`;
  const params = { ...chain.params, project: projectId, now: now.getTime() };
  const rows = await warehouse.query({ name: "query-funnel", sql, params, row: stepRow });
  const byStep = new Map(rows.map((row) => [row.step, row]));
  const counted = funnel.steps.map((_, index) => byStep.get(index + 1) ?? { ...NOBODY, step: index + 1 });
  const waiting = counted.slice(0, -1).reduce((sum, row) => sum + row.waiting, 0);
  const [first, last] = [counted[0] ?? NOBODY, counted.at(-1) ?? NOBODY];
  return {
    steps: funnel.steps.map(({ event, label }, index) => {
      const isLast = index === funnel.steps.length - 1;
      return { event, label: label ?? event, ...toStep(counted[index] ?? NOBODY, isLast) };
    }),
    conversion: share(last.entered, first.entered - waiting),
    unit: funnel.unit,
    from: funnel.from,
    to: funnel.to,
  };
}

function toStep({ entered, continued, waiting, seconds }: StepCounts, isLast: boolean) {
  const stillInWindow = isLast ? 0 : waiting;
  return {
    entered,
    continued,
    dropped: isLast ? 0 : entered - continued - stillInWindow,
    stillInWindow,
    conversion: isLast ? null : share(continued, entered - stillInWindow),
    medianSeconds: seconds[0],
    p90Seconds: seconds[1],
  };
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

const stepRow = z.object({
  step: z.number(),
  entered: z.number(),
  continued: z.number(),
  waiting: z.number(),
  seconds: z.tuple([z.number().nullable(), z.number().nullable()]),
});
type StepCounts = Omit<z.infer<typeof stepRow>, "step">;

const NOBODY: StepCounts = { entered: 0, continued: 0, waiting: 0, seconds: [null, null] };
