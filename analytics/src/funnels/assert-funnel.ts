import type { Warehouse } from "@voxloop/warehouse";
import { assertRegexes } from "../filters/assert-regexes.ts";
import { Problem } from "../http/problem.ts";
import { faultsOf, type Fault } from "./faults.ts";
import type { FunnelDefinition, FunnelQuery } from "./funnel.ts";
import { isTooLongByHour } from "./moments.ts";

/** Refuses a definition that means nothing, or that the engine cannot run; `prefix` is where it stands, as `definition.`. */
export async function assertFunnel(
  warehouse: Warehouse,
  definition: FunnelDefinition,
  prefix = "",
): Promise<void> {
  refuse(faultsOf(definition).map(({ field, reason }) => ({ field: `${prefix}${field}`, reason })));
  for (const [list, events] of [
    ["steps", definition.steps],
    ["exclude", definition.exclude ?? []],
  ] as const)
    for (const [index, { where }] of events.entries())
      await assertRegexes(warehouse, where, `${prefix}${list}.${index}.where`);
}

/** Refuses a range that has more hours than a trend can tell. */
export function assertTrend({ trend, from, to }: FunnelQuery): void {
  if (trend !== "hour" || !isTooLongByHour({ from: new Date(from), to: new Date(to) })) return;
  refuse([{ field: "trend", reason: "by the hour, a range is at most 31 days" }]);
}

/** Answers 400 with all of them, if there is any. */
export function refuse(errors: Fault[]): void {
  const [first] = errors;
  if (first === undefined) return;
  throw new Problem(400, "Invalid request", { detail: `${first.field}: ${first.reason}`, errors });
}
