import type { Warehouse } from "@voxloop/warehouse";
import { previousRange, type Range } from "../http/range.ts";
import { daysOf, partialDays } from "../stats/days.ts";
import type { Cell } from "./cell.ts";
import { driversOf } from "./drivers.ts";
import {
  addUp,
  estimateOf,
  indexOf,
  partsWithEnough,
  sharesOf,
  weigh,
  withStandIns,
  type Interval,
  type PartEstimates,
} from "./estimate.ts";
import {
  DEFAULT_WEIGHTS,
  PARTS,
  type ExperienceIndex,
  type ExperienceSegments,
  type Part,
  type SegmentColumn,
  type TrendStep,
  type Weights,
} from "./experience-index.ts";
import { countParts } from "./parts-query.ts";

export interface IndexQuestion {
  projectId: string;
  timeZone: string;
  range: Range;
  /** Null: the default. */
  weights: Weights | null;
}

const DAY_MS = 86_400_000;
const DAYS_SINCE_MONDAY = 3;
const MOST_SEGMENTS = 50;
const UNKNOWN = { value: null, low: null, high: null };

/** The index of a range with its parts, its change against the range before and why, and its course. */
export async function reportIndex(
  warehouse: Warehouse,
  question: IndexQuestion & { by: TrendStep; goal: number | null },
): Promise<ExperienceIndex> {
  const { range, by, timeZone, goal } = question;
  const [now, before] = await Promise.all([
    countParts(warehouse, question),
    countParts(warehouse, {
      projectId: question.projectId,
      timeZone: question.timeZone,
      range: previousRange(range),
    }),
  ]);
  const weights = question.weights ?? DEFAULT_WEIGHTS;
  const [own, past] = [estimatesOf(now), estimatesOf(before)];
  const shares = sharesOf(weights, partsWithEnough(own));
  const common = sharesOf(weights, partsWithEnough(own, past));
  const change = changeOf(own, past, common);
  return {
    from: range.from.toISOString(),
    to: range.to.toISOString(),
    by,
    timeZone,
    ...(indexOf(own, shares) ?? UNKNOWN),
    goal,
    hasOwnWeights: question.weights !== null,
    parts: PARTS.map((part) => ({
      part,
      weight: weights[part],
      share: shares[part],
      ...own[part],
      before: past[part].value,
      unitsBefore: past[part].units,
    })),
    change,
    drivers: change === null ? [] : driversOf(now, before, common),
    trend: trendOf(now, question, { whole: own, shares }),
  };
}

function estimatesOf(cells: readonly Cell[]): PartEstimates {
  const byPart = Map.groupBy(cells, ({ part }) => part);
  const entries = PARTS.map((part) => [part, estimateOf(part, addUp(byPart.get(part) ?? []))]);
  return Object.fromEntries(entries) as PartEstimates;
}

function changeOf(own: PartEstimates, past: PartEstimates, shares: Weights): ExperienceIndex["change"] {
  const [now, before] = [indexOf(own, shares), indexOf(past, shares)];
  if (now === undefined || before === undefined) return null;
  const change = weigh([
    { weight: 1, of: now },
    { weight: -1, of: before },
  ]);
  if (change === undefined) return null;
  const parts = PARTS.filter((part) => shares[part] > 0);
  return {
    points: change.value,
    low: change.low,
    high: change.high,
    now: now.value,
    before: before.value,
    parts,
  };
}

interface Whole {
  whole: PartEstimates;
  shares: Weights;
}

/** The index of some of the whole's units, with the whole's value for what they have too few of; unknown when that is all. */
function indexWithin(cells: readonly Cell[], { whole, shares }: Whole) {
  const own = estimatesOf(cells);
  const needed = PARTS.filter((part) => shares[part] > 0);
  const { estimates, standIns } = withStandIns(own, whole, needed);
  const index: Interval | undefined =
    standIns.length === needed.length ? undefined : indexOf(estimates, shares);
  return { own, standIns: index === undefined ? [] : standIns, ...(index ?? UNKNOWN) };
}

function trendOf(
  cells: readonly Cell[],
  { range, timeZone, by }: { range: Range; timeZone: string; by: TrendStep },
  whole: Whole,
): ExperienceIndex["trend"] {
  const days = daysOf(range, timeZone);
  const partial = partialDays(range, timeZone);
  const stepOf = (day: string) => (by === "day" ? day : mondayOf(day));
  const byStep = Map.groupBy(cells, ({ step }) => step);
  const daysByStep = Map.groupBy(days, stepOf);
  return [...daysByStep].map(([from, held]) => {
    const { own: _own, ...index } = indexWithin(byStep.get(from) ?? [], whole);
    const isWhole = held.length === (by === "day" ? 1 : 7) && !held.some((day) => partial.has(day));
    return { from, isPartial: !isWhole, ...index };
  });
}

/** Weeks begin on Monday, as ISO 8601 has them; 1970 began on a Thursday. */
function mondayOf(day: string): string {
  const number = Date.parse(day) / DAY_MS;
  const monday = number - ((number + DAYS_SINCE_MONDAY) % 7);
  return new Date(monday * DAY_MS).toISOString().slice(0, 10);
}

/** The index of each value of a column. */
export async function reportSegments(
  warehouse: Warehouse,
  question: IndexQuestion & { column: SegmentColumn },
): Promise<ExperienceSegments> {
  const { column, projectId, timeZone, range } = question;
  const cells = await countParts(warehouse, { projectId, timeZone, range, segment: column });
  const whole = estimatesOf(cells);
  const shares = sharesOf(question.weights ?? DEFAULT_WEIGHTS, partsWithEnough(whole));
  const items = [...Map.groupBy(cells, ({ segment }) => segment)]
    .map(([segment, held]) => {
      const { own, ...index } = indexWithin(held, { whole, shares });
      const parts = PARTS.map((part: Part) => ({ part, ...own[part] }));
      return { segment, sessions: own.errorFree.units, ...index, parts };
    })
    .toSorted((a, b) => b.sessions - a.sessions || (a.segment < b.segment ? -1 : 1));
  return {
    column,
    items: items.slice(0, MOST_SEGMENTS),
    more: Math.max(0, items.length - MOST_SEGMENTS),
  };
}
