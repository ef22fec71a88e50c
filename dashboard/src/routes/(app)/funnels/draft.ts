import type { Condition, FunnelDefinition, FunnelStep, SavedFunnel } from "@voxloop/analytics/shapes";

export interface DraftStep {
  id: number;
  event: string;
  label: string;
  where: { name: string; value: string }[];
  /** Conditions that ask for more than equality: kept as they are, for there are no fields to edit them. */
  others: Condition[];
  /** What else the step asks for: kept as it is, likewise. */
  more: Omit<FunnelStep, "event" | "label" | "where">;
}

/** A funnel while it is edited: every field is text or a number, nothing is optional. */
export interface Draft {
  name: string;
  steps: DraftStep[];
  windowAmount: number;
  windowUnit: WindowUnit;
  unit: FunnelDefinition["unit"];
  /** What else the funnel asks for: kept as it is. */
  more: Omit<FunnelDefinition, "steps" | "windowSeconds" | "unit">;
}

export const WINDOW_UNITS = { minutes: 60, hours: 3600, days: 86_400 } as const;
export type WindowUnit = keyof typeof WINDOW_UNITS;

let nextId = 1;

const toEquality = ([property, value]: [string, string]): Condition => ({ property, operator: "=", value });

export function newStep(step: FunnelStep = { event: "" }): DraftStep {
  const { where = {}, event, label = "", ...more } = step;
  const conditions = Array.isArray(where) ? where : Object.entries(where).map(toEquality);
  return {
    id: nextId++,
    event,
    label,
    where: conditions.flatMap((one) =>
      one.operator === "=" ? { name: one.property, value: one.value } : [],
    ),
    others: conditions.filter(({ operator }) => operator !== "="),
    more,
  };
}

export function newDraft(name: string): Draft {
  return {
    name,
    steps: [newStep(), newStep()],
    windowAmount: 1,
    windowUnit: "days",
    unit: "customer",
    more: { order: "ordered" },
  };
}

export function toDraft({ name, definition }: Pick<SavedFunnel, "name" | "definition">): Draft {
  const { windowSeconds, unit, steps, ...more } = definition;
  const units = Object.keys(WINDOW_UNITS) as WindowUnit[];
  const windowUnit = units.findLast((one) => windowSeconds % WINDOW_UNITS[one] === 0) ?? "minutes";
  return {
    name,
    steps: steps.map(newStep),
    windowAmount: windowSeconds / WINDOW_UNITS[windowUnit],
    windowUnit,
    unit,
    more,
  };
}

export function toDefinition({ steps, windowAmount, windowUnit, unit, more }: Draft): FunnelDefinition {
  return {
    ...more,
    steps: steps.map(toStep),
    windowSeconds: Math.max(1, Math.round(windowAmount * WINDOW_UNITS[windowUnit])),
    unit,
  };
}

function toStep({ event, label, where, others, more }: DraftStep): FunnelStep {
  const named = where
    .filter(({ name }) => name.trim() !== "")
    .map(({ name, value }): [string, string] => [name.trim(), value]);
  const record = Object.fromEntries(named);
  const isRecord = others.length === 0 && Object.keys(record).length === named.length;
  return {
    ...more,
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
