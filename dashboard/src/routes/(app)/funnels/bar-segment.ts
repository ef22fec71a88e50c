import type {
  Condition,
  CustomersQuery,
  FunnelDefinition,
  FunnelStep,
  SegmentDefinition,
  SegmentRule,
} from "@voxloop/analytics/shapes";

/** A number of the funnel. */
export type Chosen = Pick<CustomersQuery, "step" | "which"> & {
  /** Of the breakdown. */
  value?: string;
};

/** A number of a funnel as rules of a segment, and what they say. */
export interface BarSegment {
  definition: SegmentDefinition;
  did: string[];
  didNot: string[];
  days: number;
}

const MOST_RULES = 20;
const MOST_DAYS = 365;
const DAY_MS = 86_400_000;

const labelOf = ({ label, event }: FunnelStep): string => label || event;

function conditionsOf({ where = [] }: FunnelStep): Condition[] {
  if (Array.isArray(where)) return where;
  return Object.entries(where).map(([property, value]) => ({ property, operator: "=", value }));
}

/** Two steps that ask for the same. */
const keyOf = (step: FunnelStep) => JSON.stringify([step.event, conditionsOf(step)]);

/** Steps, from 0, of which one must follow the step for it to have gone on. */
function followersOf(steps: readonly FunnelStep[], step: number): FunnelStep[] {
  const rest = steps.slice(step + 1);
  return rest.slice(0, rest.findIndex(({ optional }) => optional !== true) + 1);
}

/**
 * Rules know what customers did within days, not in which order or how fast: undefined where they would say something else
 * altogether.
 */
export function segmentOf(
  definition: FunnelDefinition,
  { step, which, value }: Chosen,
  range: { from: string; to: string },
): BarSegment | undefined {
  const { steps, order, breakdown } = definition;
  if (order === "any" || (which !== "entered" && which !== "dropped")) return undefined;
  const reached = steps.filter((one, at) => at < step && (one.optional !== true || at === step - 1));
  const missing = which === "dropped" ? followersOf(steps, step - 1) : [];
  const keys = new Set(reached.map(keyOf));
  if (missing.some((one) => keys.has(keyOf(one)))) return undefined;
  const length = Date.parse(range.to) - Date.parse(range.from);
  const days = Math.min(MOST_DAYS, Math.max(1, Math.ceil(length / DAY_MS)));
  const byValue = value === undefined || breakdown === undefined ? [] : [valueIs(breakdown.property, value)];
  const rules = [
    ...[...Map.groupBy(reached, keyOf).values()].map((same) =>
      didRule(same, days, same[0] === steps[0] ? byValue : []),
    ),
    ...missing.map((one): SegmentRule => ({ kind: "didNot", ...filterOf(one, []), withinDays: days })),
  ];
  if (rules.length > MOST_RULES) return undefined;
  return {
    definition: { match: "all", rules },
    did: reached.map(labelOf),
    didNot: missing.map(labelOf),
    days,
  };
}

function valueIs(property: string, value: string): Condition {
  return value === "" ? { property, operator: "unset" } : { property, operator: "=", value };
}

function didRule(same: readonly FunnelStep[], withinDays: number, more: Condition[]): SegmentRule {
  const [first = { event: "" }] = same;
  return { kind: "did", ...filterOf(first, more), atLeast: same.length, withinDays };
}

function filterOf(step: FunnelStep, more: Condition[]) {
  const where = [...conditionsOf(step), ...more];
  return { event: step.event, ...(where.length > 0 && { where }) };
}
