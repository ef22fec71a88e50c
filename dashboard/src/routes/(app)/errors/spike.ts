import type { ErrorGroup } from "@voxloop/analytics/shapes";
import type { Format } from "#format.ts";
import { m } from "#paraglide/messages.js";

/** What a spike is against what was expected, in words. */
export function saySpike(spike: NonNullable<ErrorGroup["spike"]>, format: Format): string {
  return m.spike_expected({
    observed: format.decimal(spike.observed),
    low: format.decimal(spike.low),
    high: format.decimal(spike.high),
    hours: format.integer(spike.hours),
  });
}
