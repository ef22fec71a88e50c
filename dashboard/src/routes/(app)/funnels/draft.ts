import type { Condition, FunnelDefinition, FunnelStep, SavedFunnel } from "@voxloop/analytics/shapes";

export interface DraftStep {
  id: number;
  event: string;
  label: string;
  where: { name: string; value: string }[];
  /** Conditions that ask for more than equality: kept as they are, for there are no fields to edit them. */
  others: Condition[];
  optional: boolean;
  /** Since the reached step before; empty where it may take as long as the window. */
  withinSeconds: number | null | undefined;
}

/** A funnel while it is edited: every field is text or a number, nothing is optional. */
export interface Draft {
  name: string;
  steps: DraftStep[];
  windowAmount: number;
  windowUnit: WindowUnit;
  unit: FunnelDefinition["unit"];
  order: FunnelDefinition["order"];
  hold: string;
  firstEver: boolean;
  /** What else the funnel asks for: kept as it is. */
  more: Pick<FunnelDefinition, "exclude">;
  breakdown: FunnelDefinition["breakdown"];
}

export const WINDOW_UNITS = { minutes: 60, hours: 3600, days: 86_400 } as const;
export type WindowUnit = keyof typeof WINDOW_UNITS;

let nextId = 1;

const toEquality = ([property, value]: [string, string]): Condition => ({ property, operator: "=", value });

export function newStep(step: FunnelStep = { event: "" }): DraftStep {
  const { where = {}, event, label = "", optional = false, withinSeconds } = step;
  const conditions = Array.isArray(where) ? where : Object.entries(where).map(toEquality);
  return {
    id: nextId++,
    event,
    label,
    where: conditions.flatMap((one) =>
      one.operator === "=" ? { name: one.property, value: one.value } : [],
    ),
    others: conditions.filter(({ operator }) => operator !== "="),
    optional,
    withinSeconds,
  };
}

export function newDraft(name: string): Draft {
  return {
    name,
    steps: [newStep(), newStep()],
    windowAmount: 1,
    windowUnit: "days",
    unit: "customer",
    order: "ordered",
    hold: "",
    firstEver: false,
    more: {},
    breakdown: undefined,
  };
}

export function toDraft({ name, definition }: Pick<SavedFunnel, "name" | "definition">): Draft {
  const { windowSeconds, unit, steps, order, hold = "", firstEver = false, breakdown, ...more } = definition;
  const units = Object.keys(WINDOW_UNITS) as WindowUnit[];
  const windowUnit = units.findLast((one) => windowSeconds % WINDOW_UNITS[one] === 0) ?? "minutes";
  return {
    name,
    steps: steps.map(newStep),
    windowAmount: windowSeconds / WINDOW_UNITS[windowUnit],
    windowUnit,
    unit,
    order,
    hold,
    firstEver,
    more,
    breakdown,
  };
}

/** Leaves out what means nothing in an order of any kind, or at the first or last step, which the api would refuse. */
export function toDefinition(draft: Draft): FunnelDefinition {
  const { windowAmount, windowUnit, unit, order, more } = draft;
  const isAny = order === "any";
  return {
    ...(draft.breakdown && { breakdown: draft.breakdown }),
    ...(more.exclude && !isAny && { exclude: more.exclude }),
    ...(draft.hold.trim() !== "" && { hold: draft.hold.trim() }),
    ...(draft.firstEver && !isAny && { firstEver: true }),
    steps: draft.steps.map((step, index, { length }) => ({
      ...toStep(step),
      ...(step.optional && !isAny && index > 0 && index < length - 1 && { optional: true }),
      ...(step.withinSeconds && !isAny && index > 0 && { withinSeconds: step.withinSeconds }),
    })),
    order,
    windowSeconds: Math.max(1, Math.round(windowAmount * WINDOW_UNITS[windowUnit])),
    unit,
  };
}

/** Whether the api can tell why people drop out of it. */
export const isExplainable = ({ order, steps, exclude }: FunnelDefinition): boolean =>
  order === "ordered" &&
  exclude === undefined &&
  steps.every(({ optional, withinSeconds }) => !optional && withinSeconds === undefined);

function toStep({ event, label, where, others }: DraftStep): FunnelStep {
  const named = where
    .filter(({ name }) => name.trim() !== "")
    .map(({ name, value }): [string, string] => [name.trim(), value]);
  const record = Object.fromEntries(named);
  const isRecord = others.length === 0 && Object.keys(record).length === named.length;
  return {
    event: event.trim(),
    ...(label.trim() !== "" && { label: label.trim() }),
    ...(named.length + others.length > 0 && {
      where: isRecord ? record : [...named.map(toEquality), ...others],
    }),
  };
}

export function describeCondition(condition: Condition): string {
  const { property, operator } = condition;
  const value = "value" in condition ? condition.value : "";
  return [property, operator, Array.isArray(value) ? value.join(", ") : value].join(" ").trim();
}
