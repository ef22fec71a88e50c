import { linksOf, type Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import type { SegmentFilter } from "../filters/segment-filter.ts";
import { previousRange } from "../http/range.ts";
import { chainSql } from "./chain-sql.ts";
import type { FunnelCounts, FunnelQuery, FunnelResult } from "./funnel.ts";
import { BUCKET_SQL, bucketsOf, histogramEdges } from "./moments.ts";
import { windowEnd } from "./window-end.ts";

export interface FunnelQuestion {
  projectId: string;
  funnel: FunnelQuery;
  /** IANA zone of the days and hours of a trend, which alone needs it. */
  timeZone?: string;
  /** Units whose window has not ended by now are reported apart, not as dropped. */
  now: Date;
  /** Only its customers count. */
  segment?: SegmentFilter | undefined;
}

/** How many units reach each step of a funnel, exact, and how long they take (DESIGN section 7, "Funnel"). */
export async function queryFunnel(warehouse: Warehouse, question: FunnelQuestion): Promise<FunnelResult> {
  const { funnel, timeZone = "UTC" } = question;
  const range = { from: new Date(funnel.from), to: new Date(funnel.to) };
  const rows = await countSteps(warehouse, question);
  const keys = new Map(rows.map(({ kind, key }) => [`${kind} ${key}`, { kind, key }]));
  const rowsOf = (kind: string, key = "") => rows.filter((row) => row.kind === kind && row.key === key);
  const values = [...keys.values()]
    .filter(({ kind }) => kind === "value" || kind === "others")
    .map(({ kind, key }) => ({
      value: kind === "others" ? null : key,
      ...toCounts(rowsOf(kind, key), funnel),
    }));
  return {
    ...toCounts(rowsOf("all"), funnel),
    unit: funnel.unit,
    from: funnel.from,
    to: funnel.to,
    ...(funnel.compare === true && { previous: await countBefore(warehouse, question) }),
    ...(funnel.breakdown && { breakdown: values.toSorted(byStarts) }),
    ...(funnel.histogram === true && {
      histogram: toHistogram(rows, funnel.windowSeconds),
      totalSeconds: toTotal(rowsOf("all")),
    }),
    ...(funnel.trend && {
      trend: bucketsOf(range, timeZone, funnel.trend).map(({ key, at }) =>
        toPoint(at, toCounts(rowsOf("time", key), funnel)),
      ),
    }),
  };
}

async function countBefore(warehouse: Warehouse, question: FunnelQuestion) {
  const {
    compare: _,
    histogram: _histogram,
    trend: _trend,
    breakdown: _breakdown,
    ...same
  } = question.funnel;
  const before = previousRange({ from: new Date(same.from), to: new Date(same.to) });
  const range = { from: before.from.toISOString(), to: before.to.toISOString() };
  const funnel = { ...same, ...range };
  return { ...toCounts(await countSteps(warehouse, { ...question, funnel }), funnel), ...range };
}

const quantiles = z.tuple([z.number().nullable(), z.number().nullable()]);
const stepRow = z.object({
  /** Of what the row is a part: `all`, a `value` or the `others`, a bucket of `time`, or a `bin` of the histogram. */
  kind: z.string(),
  key: z.string(),
  step: z.number(),
  entered: z.number(),
  continued: z.number(),
  waiting: z.number(),
  removed: z.number(),
  seconds: quantiles,
  /** From the first step to the last, at step 1 and where the histogram is asked for. */
  whole: quantiles.optional(),
});
type StepRow = z.infer<typeof stepRow>;
type StepCounts = Omit<StepRow, "kind" | "key" | "step" | "whole">;

const WHOLE_SQL = `,
    quantilesExactInclusiveIf(0.5, 0.9)((moments[-1] - moments[1]) / 1000, step = 1 AND depth = {steps: UInt8}) AS whole`;

async function countSteps(
  warehouse: Warehouse,
  { projectId, funnel, timeZone = "UTC", now, segment }: FunnelQuestion,
) {
  const chain = chainSql(funnel, await linksOf(warehouse, projectId), {
    property: funnel.breakdown?.property,
    segment,
  });
  const parts = partsOf(funnel);
  const end = windowEnd(funnel, { projectId, now });
  const hasSkips = funnel.steps.some(({ optional }) => optional === true);
  const isIn = hasSkips ? "moments[step] != 0" : "depth >= step";
  const sql = `
  SELECT ${parts.length === 0 ? "'all' AS kind, '' AS key" : "part.1 AS kind, part.2 AS key"}, step,
    countIf(${isIn}) AS entered, countIf(${isIn} AND depth > step) AS continued,
    countIf(depth = step AND open) AS waiting, countIf(depth = step AND removed AND NOT open) AS removed,
    quantilesExactInclusiveIf(0.5, 0.9)((moments[step] - since[step - 1]) / 1000, step > 1 AND ${isIn}) AS seconds${funnel.histogram === true ? WHOLE_SQL : ""}
  FROM (
    SELECT depth, open, removed, moments, ${hasSkips ? "arrayFill(moment -> moment != 0, moments)" : "moments"} AS since${
      parts.length === 0
        ? ""
        : `,
      arrayJoin(arrayConcat([('all', '')], ${parts.join(", ")})) AS part`
    }
    FROM (${rankedSql(chain.sql, funnel)})
  )
  ARRAY JOIN arrayMap(step -> toUInt32(step), range(1, {steps: UInt8} + 1)) AS step
  GROUP BY kind, key, step ORDER BY step`;
  const params = {
    ...chain.params,
    project: projectId,
    now: end.now,
    timeZone,
    edges: histogramEdges(funnel.windowSeconds),
    limit: funnel.breakdown?.limit ?? 0,
  };
  const { remembered } = end;
  return warehouse.query({ name: "query-funnel", sql, params, row: stepRow, remembered });
}

/** The parts of the whole that a chain is counted in: SQL of arrays of their kind and key. */
function partsOf({ breakdown, histogram, trend }: FunnelQuery): string[] {
  const bin = "arrayCount(edge -> edge * 1000 <= moments[-1] - start, {edges: Array(UInt32)})";
  return [
    ...(breakdown ? ["[if(value_rank <= {limit: UInt8}, ('value', value), ('others', ''))]"] : []),
    ...(histogram === true ? [`if(depth = {steps: UInt8}, [('bin', toString(${bin}))], [])`] : []),
    ...(trend ? [`[('time', ${BUCKET_SQL[trend]})]`] : []),
  ];
}

/** Chains with the rank of their value among all, the one that most start with first. */
function rankedSql(chain: string, { breakdown }: FunnelQuery): string {
  if (breakdown === undefined) return chain;
  return `
    SELECT *, dense_rank() OVER (ORDER BY value_units DESC, value) AS value_rank
    FROM (SELECT *, count() OVER (PARTITION BY value) AS value_units FROM (${chain}))`;
}

function toCounts(rows: readonly StepRow[], funnel: FunnelQuery): FunnelCounts {
  const byStep = new Map(rows.map((row) => [row.step, row]));
  const counted = funnel.steps.map((_, index) => byStep.get(index + 1) ?? NOBODY);
  const unjudged = counted.slice(0, -1).reduce((sum, row) => sum + row.waiting + row.removed, 0);
  const [first, last] = [counted[0] ?? NOBODY, counted.at(-1) ?? NOBODY];
  return {
    steps: funnel.steps.map(({ event, label }, index) => {
      const isLast = index === funnel.steps.length - 1;
      return { event, label: label ?? event, ...toStep(counted[index] ?? NOBODY, isLast) };
    }),
    conversion: share(last.entered, first.entered - unjudged),
  };
}

const NOBODY: StepCounts = { entered: 0, continued: 0, waiting: 0, removed: 0, seconds: [null, null] };

function toStep({ entered, continued, waiting, removed, seconds }: StepCounts, isLast: boolean) {
  const stillInWindow = isLast ? 0 : waiting;
  const excluded = isLast ? 0 : removed;
  return {
    entered,
    continued,
    dropped: isLast ? 0 : entered - continued - stillInWindow - excluded,
    stillInWindow,
    excluded,
    conversion: isLast ? null : share(continued, entered - stillInWindow - excluded),
    medianSeconds: seconds[0],
    p90Seconds: seconds[1],
  };
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

function toHistogram(rows: readonly StepRow[], windowSeconds: number) {
  const bins = rows.filter(({ kind, step }) => kind === "bin" && step === 1);
  const units = new Map(bins.map(({ key, entered }) => [key, entered]));
  const edges = histogramEdges(windowSeconds);
  return edges.slice(1).map((toSeconds, index) => {
    return { fromSeconds: edges[index] ?? 0, toSeconds, units: units.get(`${index + 1}`) ?? 0 };
  });
}

function toTotal(rows: readonly StepRow[]) {
  const [median, p90] = rows.find(({ step }) => step === 1)?.whole ?? [null, null];
  return { median, p90 };
}

function toPoint(at: string, { steps, conversion }: FunnelCounts) {
  const stillInWindow = steps.reduce((sum, step) => sum + step.stillInWindow, 0);
  return {
    at,
    entered: steps[0]?.entered ?? 0,
    converted: steps.at(-1)?.entered ?? 0,
    stillInWindow,
    conversion,
  };
}

type Valued = FunnelCounts & { value: string | null };

/** Others last. */
function byStarts(a: Valued, b: Valued): number {
  if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
  return (b.steps[0]?.entered ?? 0) - (a.steps[0]?.entered ?? 0) || (a.value < b.value ? -1 : 1);
}
