import { BURST_SECONDS } from "./bucket.ts";

/** One limit and where it stands. */
export interface Policy {
  subject: "key" | "project";
  isDaily: boolean;
  /** Events a second, or a day. */
  limit: number;
  /** Events that may come now. */
  remaining: number;
  /** Until more of them may come. */
  resetSeconds: number;
}

/**
 * `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers-10, lists of structured fields. The quota unit
 * `events` is ours: the draft knows requests and bytes only.
 */
export function rateLimitHeaders(policies: readonly Policy[]): Record<string, string> {
  if (policies.length === 0) return {};
  return {
    "RateLimit-Policy": policies.map(renderPolicy).join(", "),
    RateLimit: policies
      .map((policy) => `${nameOf(policy)};r=${policy.remaining};t=${policy.resetSeconds}`)
      .join(", "),
  };
}

function renderPolicy(policy: Policy): string {
  const quota = policy.isDaily ? policy.limit : policy.limit * BURST_SECONDS;
  return `${nameOf(policy)};q=${quota};w=${policy.isDaily ? 86_400 : BURST_SECONDS};qu="events"`;
}

function nameOf({ subject, isDaily }: Policy): string {
  return `"${subject}${isDaily ? "-day" : ""}"`;
}
