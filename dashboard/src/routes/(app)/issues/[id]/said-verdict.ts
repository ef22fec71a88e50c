import type { VerificationResult } from "@voxloop/analytics/shapes";
import type { Format } from "#format.ts";
import { m } from "#paraglide/messages.js";

/** The verdict in words, with the numbers it rests on. */
export function sayVerdict(result: VerificationResult, format: Format): string {
  if (result.verdict === "no_traffic") return m.said_no_traffic();
  if (result.change === null || result.low === null) return m.said_nothing();
  const numbers = {
    change: format.change(result.change),
    low: format.change(result.low),
    high: result.high === null ? m.unbounded() : format.change(result.high),
    expected: format.change(result.expectedChange),
  };
  if (result.verdict === "effective") return m.said_effective(numbers);
  if (result.verdict === "not_effective") return m.said_not_effective(numbers);
  return m.said_inconclusive(numbers);
}
