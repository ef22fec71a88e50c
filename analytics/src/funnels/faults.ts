import type { FunnelDefinition, FunnelStep } from "./funnel.ts";

export interface Fault {
  field: string;
  reason: string;
}

/** What a definition asks for that means nothing, by field. */
export function faultsOf(definition: FunnelDefinition): Fault[] {
  const { steps, order, exclude = [], firstEver } = definition;
  const faults = [
    ...faultsOfOptional(steps),
    ...exclude.flatMap((_, at) => faultsOfExclusion(definition, at)),
  ];
  if (order !== "any") return faults;
  const reason = "means nothing when steps may come in any order";
  for (const [at, step] of steps.entries()) {
    if (step.optional === true) faults.push({ field: `steps.${at}.optional`, reason });
    if (step.withinSeconds !== undefined) faults.push({ field: `steps.${at}.withinSeconds`, reason });
  }
  if (exclude.length > 0) faults.push({ field: "exclude", reason });
  if (firstEver === true) faults.push({ field: "firstEver", reason });
  return faults;
}

function faultsOfOptional(steps: readonly FunnelStep[]): Fault[] {
  const reason = "must not be optional: the funnel begins with the first step and ends with the last";
  return [0, steps.length - 1].flatMap((at) =>
    steps[at]?.optional === true ? [{ field: `steps.${at}.optional`, reason }] : [],
  );
}

function faultsOfExclusion({ steps, exclude = [] }: FunnelDefinition, at: number): Fault[] {
  const { fromStep = 1, toStep = 2 } = exclude[at] ?? {};
  const faults: Fault[] = [];
  if (fromStep >= toStep)
    faults.push({ field: `exclude.${at}.fromStep`, reason: "must be a step before `toStep`" });
  if (toStep > steps.length)
    faults.push({ field: `exclude.${at}.toStep`, reason: `must be one of the ${steps.length} steps` });
  return faults;
}
