import type { VerificationResult } from "./issue.ts";
import type { Observation } from "./observation.ts";

/** The verdict in one or two sentences, with the numbers it rests on. */
export function explain(result: Omit<VerificationResult, "reason">, seen: Observation): string {
  const { verdict, after, expectedChange } = result;
  const what = seen.flow === "" ? "the app" : seen.flow;
  if (verdict === "no_traffic") {
    const who = after.customers === 0 ? "No customer has" : `Only ${after.customers} customers have`;
    return `${who} used ${what} on ${seen.version} or later, far fewer than before; quiet is not fixed.`;
  }
  if (result.change === null || result.low === null)
    return `${unknown(result, seen)} ${outlook(result, seen)}`;
  const change = `The share of blocked customers changed by ${percent(result.change)} (95 % interval ${range(result)})`;
  const declared = percent(expectedChange);
  if (verdict === "effective") return `${change}, in line with the declared ${declared}.`;
  if (verdict === "not_effective") return `${change}, which rules out the declared ${declared}.`;
  return `${change}, too wide to tell no change from the declared ${declared}. ${outlook(result, seen)}`;
}

function unknown(result: Omit<VerificationResult, "reason">, { flow }: Observation): string {
  const what = flow === "" ? "the app" : flow;
  return result.before.customers === 0
    ? `No customer used ${what} in the time before that this is compared with.`
    : "No customer was blocked before or after in the time that is compared.";
}

function outlook({ daysNeeded }: Omit<VerificationResult, "reason">, seen: Observation): string {
  if (seen.isWindowOver) return `The ${seen.plan.windowDays} declared days are over without a decision.`;
  if (daysNeeded === null) return "How long it will take cannot be told yet.";
  return `About ${daysNeeded} more ${daysNeeded === 1 ? "day" : "days"} at the present traffic.`;
}

function range({ low, high }: Omit<VerificationResult, "reason">): string {
  return `${percent(low ?? -1)} to ${high === null ? "unbounded" : percent(high)}`;
}

function percent(change: number): string {
  const rounded = Math.round(change * 100);
  return `${rounded > 0 ? "+" : rounded < 0 ? "−" : ""}${Math.abs(rounded)} %`;
}
