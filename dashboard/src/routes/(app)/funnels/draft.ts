import type { FunnelDefinition, FunnelStep, SavedFunnel } from "@voxloop/analytics/shapes";

export interface DraftStep {
  id: number;
  event: string;
  label: string;
  where: { name: string; value: string }[];
}

/** A funnel while it is edited: every field is text or a number, nothing is optional. */
export interface Draft {
  name: string;
  steps: DraftStep[];
  windowAmount: number;
  windowUnit: WindowUnit;
  unit: FunnelDefinition["unit"];
}

export const WINDOW_UNITS = { minutes: 60, hours: 3600, days: 86_400 } as const;
export type WindowUnit = keyof typeof WINDOW_UNITS;

let nextId = 1;

export function newStep(step: FunnelStep = { event: "" }): DraftStep {
  const where = Object.entries(step.where ?? {}).map(([name, value]) => ({ name, value }));
  return { id: nextId++, event: step.event, label: step.label ?? "", where };
}

export function newDraft(name: string): Draft {
  return { name, steps: [newStep(), newStep()], windowAmount: 1, windowUnit: "days", unit: "customer" };
}

export function toDraft({ name, definition }: Pick<SavedFunnel, "name" | "definition">): Draft {
  const { windowSeconds, unit, steps } = definition;
  const units = Object.keys(WINDOW_UNITS) as WindowUnit[];
  const windowUnit = units.findLast((one) => windowSeconds % WINDOW_UNITS[one] === 0) ?? "minutes";
  return {
    name,
    steps: steps.map(newStep),
    windowAmount: windowSeconds / WINDOW_UNITS[windowUnit],
    windowUnit,
    unit,
  };
}

export function toDefinition({ steps, windowAmount, windowUnit, unit }: Draft): FunnelDefinition {
  return {
    steps: steps.map(toStep),
    order: "ordered",
    windowSeconds: Math.max(1, Math.round(windowAmount * WINDOW_UNITS[windowUnit])),
    unit,
  };
}

function toStep({ event, label, where }: DraftStep): FunnelStep {
  const named = where.filter(({ name }) => name.trim() !== "");
  return {
    event: event.trim(),
    ...(label.trim() !== "" && { label: label.trim() }),
    ...(named.length > 0 && {
      where: Object.fromEntries(named.map(({ name, value }) => [name.trim(), value])),
    }),
  };
}
