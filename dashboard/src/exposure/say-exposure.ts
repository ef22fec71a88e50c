import type { ExposureResult } from "@voxloop/analytics/shapes";
import type { Format } from "#format.ts";
import { m } from "#paraglide/messages.js";

export type Judged = "none_yet" | "too_few" | "less" | "more" | "unsure";

/** What can be said: only an interval that leaves out 0 says less or more. */
export function judgeExposure({ days, adjusted }: ExposureResult): Judged {
  if (days === null) return "none_yet";
  if (adjusted.gap === null || adjusted.low === null || adjusted.high === null) return "too_few";
  if (adjusted.high < 0) return "less";
  return adjusted.low > 0 ? "more" : "unsure";
}

/** The sentence, of an error by its name. */
export function sayExposure(result: ExposureResult, error: string, format: Format): string {
  const { withinDays: days, adjusted, exposed, others } = result;
  const judged = judgeExposure(result);
  if (judged === "none_yet") return m.exposure_none_yet({ days });
  if (judged === "too_few")
    return m.exposure_too_few({ n: format.integer(exposed.of), others: format.integer(others.of) });
  const points = (share: number | null) => format.decimal(Math.abs(100 * (share ?? 0)), 1);
  const signed = (share: number | null) => format.signed(100 * (share ?? 0), 1);
  if (judged === "unsure")
    return m.exposure_unsure({
      error,
      days,
      points: signed(adjusted.gap),
      low: signed(adjusted.low),
      high: signed(adjusted.high),
    });
  const [low, high] = judged === "less" ? [adjusted.high, adjusted.low] : [adjusted.low, adjusted.high];
  const said = { error, days, points: points(adjusted.gap), low: points(low), high: points(high) };
  return judged === "less" ? m.exposure_less(said) : m.exposure_more(said);
}
