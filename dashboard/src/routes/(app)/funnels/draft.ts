import type { Condition, FunnelDefinition, FunnelStep, SavedFunnel } from "@voxloop/analytics/shapes";

export interface DraftConditions {
  where: { name: string; value: string }[];
  /** Conditions that ask for more than equality: kept as they are, for there are no fields to edit them. */
  others: Condition[];
}

export interface DraftStep extends DraftConditions {
  id: number;
  event: string;
  label: string;
  optional: boolean;
  /** Since the reached step before; empty where it may take as long as the window. */
  withinSeconds: number | null | undefined;
}

export interface DraftExclusion extends DraftConditions {
  id: number;
  event: string;
  /** Counts from 1. */
  fromStep: number;
  toStep: number;
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
  exclude: DraftExclusion[];
  breakdown: FunnelDefinition["breakdown"];
}

export const WINDOW_UNITS = { minutes: 60, hours: 3600, days: 86_400 } as const;
export type WindowUnit = keyof typeof WINDOW_UNITS;

let nextId = 1;

const toEquality = ([property, value]: [string, string]): Condition => ({ property, operator: "=", value });

export function newStep(step: FunnelStep = { event: "" }): DraftStep {
  const { event, label = "", optional = false, withinSeconds } = step;
  return { id: nextId++, event, label, ...conditionsOf(step), optional, withinSeconds };
}

type Exclusion = NonNullable<FunnelDefinition["exclude"]>[number];

/** Between the first step and the last, unless told otherwise. */
export function newExclusion(of: Partial<Exclusion> & { toStep: number }): DraftExclusion {
  const { event = "", fromStep = 1, toStep } = of;
  return { id: nextId++, event, fromStep, toStep, ...conditionsOf(of) };
}

function conditionsOf({ where = {} }: Pick<FunnelStep, "where">): DraftConditions {
  const conditions = Array.isArray(where) ? where : Object.entries(where).map(toEquality);
  return {
    where: conditions.flatMap((one) =>
      one.operator === "=" ? { name: one.property, value: one.value } : [],
    ),
    others: conditions.filter(({ operator }) => operator !== "="),
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
    exclude: [],
    breakdown: undefined,
  };
}

export function toDraft({ name, definition }: Pick<SavedFunnel, "name" | "definition">): Draft {
  const {
    windowSeconds,
    unit,
    steps,
    order,
    hold = "",
    firstEver = false,
    breakdown,
    exclude = [],
  } = definition;
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
    exclude: exclude.map(newExclusion),
    breakdown,
  };
}

/** Leaves out what means nothing in an order of any kind, or at the first or last step, which the api would refuse. */
export function toDefinition(draft: Draft): FunnelDefinition {
  const { windowAmount, windowUnit, unit, order, exclude } = draft;
  const isAny = order === "any";
  return {
    ...(draft.breakdown && { breakdown: draft.breakdown }),
    ...(exclude.length > 0 && !isAny && { exclude: exclude.map((one) => toExclusion(one, draft)) }),
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

/** Steps may have been removed since it was between them. */
function toExclusion(draft: DraftExclusion, { steps }: Draft): Exclusion {
  const toStep = Math.min(draft.toStep, steps.length);
  const fromStep = Math.min(draft.fromStep, toStep - 1);
  return { event: draft.event.trim(), ...toWhere(draft), fromStep, toStep };
}

function toStep({ event, label, ...conditions }: DraftStep): FunnelStep {
  return {
    event: event.trim(),
    ...(label.trim() !== "" && { label: label.trim() }),
    ...toWhere(conditions),
  };
}

function toWhere({ where, others }: DraftConditions): Pick<FunnelStep, "where"> {
  const named = where
    .filter(({ name }) => name.trim() !== "")
    .map(({ name, value }): [string, string] => [name.trim(), value]);
  const record = Object.fromEntries(named);
  const isRecord = others.length === 0 && Object.keys(record).length === named.length;
  if (named.length + others.length === 0) return {};
  return { where: isRecord ? record : [...named.map(toEquality), ...others] };
}

export function describeCondition(condition: Condition): string {
  const { property, operator } = condition;
  const value = "value" in condition ? condition.value : "";
  return [property, operator, Array.isArray(value) ? value.join(", ") : value].join(" ").trim();
}
