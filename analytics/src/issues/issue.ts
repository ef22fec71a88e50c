import { z } from "zod";

export const ISSUE_STATES = ["detected", "analysing", "decided", "released", "verifying", "closed"] as const;
export const issueState = z.enum(ISSUE_STATES);
export type IssueState = z.infer<typeof issueState>;

export const CLOSE_REASONS = ["effective", "wont_fix", "duplicate", "accepted"] as const;
export const closeReason = z.enum(CLOSE_REASONS);

export const SEVERITIES = ["critical", "high", "medium", "low"] as const;
export const severity = z.enum(SEVERITIES);

/** From a state, the states a person may move an issue to. Jobs alone move `verifying` on. */
export const TRANSITIONS: Record<IssueState, readonly IssueState[]> = {
  detected: ["analysing", "closed"],
  analysing: ["decided", "closed"],
  decided: ["released", "analysing", "closed"],
  released: ["verifying", "analysing"],
  verifying: ["analysing"],
  closed: ["analysing"],
};

/** Hours in which a cause was more than it was ever expected to be. */
const issueSpike = z.object({
  unit: z.enum(["blocked", "customers"]),
  since: z.iso.datetime(),
  until: z.iso.datetime(),
  /** Customers an hour, the mean of the last `spanHours` hours, what it was expected to be, and the expected range. */
  observed: z.number(),
  spanHours: z.number().int(),
  expected: z.number(),
  low: z.number(),
  high: z.number(),
});

/** Shares are of the units that reached the step and can be judged. */
const issueDrop = z.object({
  funnelId: z.string(),
  funnel: z.string(),
  /** From 1; and what it and the next one are called. */
  step: z.number().int(),
  names: z.tuple([z.string(), z.string()]),
  /** The first and the last day of it that was looked at, as a half open range. */
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** Of the last day: who reached the step, which share went on, what share was expected, and its 95 % range. */
  entered: z.number().int(),
  observed: z.number(),
  expected: z.number(),
  low: z.number(),
  high: z.number(),
  /** What explains more of the drop-offs than in the week before, the one that rose most first. */
  factors: z.array(
    z.object({
      kind: z.string(),
      title: z.string(),
      fingerprint: z.string().nullable(),
      relativeRisk: z.number(),
      low: z.number(),
      high: z.number(),
      /** Drop-offs attributable to it, as shares of who reached the step, on that day and in the week before. */
      share: z.number(),
      shareBefore: z.number(),
    }),
  ),
  /** When the share was as expected again; null while it is not. */
  recoveredAt: z.iso.datetime().nullable(),
});
export type IssueDrop = z.infer<typeof issueDrop>;

export const issueEvidence = z.object({
  /** What it is about: an error, or a funnel's step on which something else, or nothing known, made customers drop. */
  kind: z.enum(["error", "funnel"]),
  /** Of the error; "" where there is none. */
  fingerprint: z.string(),
  code: z.string(),
  flow: z.string(),
  rank: z.number().int(),
  /** In the 24 h before it was opened, or at the latest impact refresh; of a funnel's step, who dropped beyond what was expected. */
  blockedCustomers: z.number().int(),
  blockedTransactions: z.number().int(),
  customers: z.number().int(),
  npsGap: z.number().nullable(),
  negativeShare: z.number().nullable(),
  at: z.iso.datetime(),
  /** The latest time it spiked; absent when it never did. */
  spike: issueSpike.optional(),
  /** The latest fall of a funnel's step that it explains; absent when there was none. */
  drop: issueDrop.optional(),
});
export type IssueEvidence = z.infer<typeof issueEvidence>;

/** What is declared before looking. */
export const verificationPlan = z.object({
  metric: z.literal("blocked_rate"),
  /** Relative change that would count as the fix working, -0.5 = halved. */
  expectedChange: z.number().min(-0.99).max(-0.05),
  windowDays: z.number().int().min(1).max(60),
  unit: z.literal("customer"),
});
export type VerificationPlan = z.infer<typeof verificationPlan>;

export const issueRelease = z.object({
  version: z.string().min(1).max(64),
  service: z.string().max(128),
  environment: z.string().max(64),
  releasedAt: z.iso.datetime(),
});
export type IssueRelease = z.infer<typeof issueRelease>;

export const issue = z.object({
  id: z.string(),
  number: z.number().int(),
  title: z.string(),
  state: issueState,
  closeReason: closeReason.nullable(),
  severity,
  owner: z.string().nullable(),
  dueAt: z.iso.datetime().nullable(),
  flow: z.string(),
  evidence: issueEvidence,
  release: issueRelease.nullable(),
  version: z.number().int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  closedAt: z.iso.datetime().nullable(),
  /** The states a person may move it to now. */
  legalTransitions: z.array(issueState),
});
export type Issue = z.infer<typeof issue>;

export const issueList = z.object({ items: z.array(issue), nextCursor: z.string().nullable() });
export type IssueList = z.infer<typeof issueList>;

/** PATCH: optimistic locking by `version`; a stale one gets 409 with the current issue. */
export const issueChange = z.object({
  version: z.number().int(),
  owner: z.string().max(200).nullable().optional(),
  severity: severity.optional(),
  dueAt: z.iso.datetime().nullable().optional(),
  title: z.string().min(1).max(300).optional(),
});
export type IssueChange = z.infer<typeof issueChange>;

/** POST transitions. `release` and optional `plan` with `to: "released"`; `reason` with `to: "closed"`. */
export const issueTransition = z.object({
  version: z.number().int(),
  to: issueState,
  reason: closeReason.optional(),
  comment: z.string().max(4000).optional(),
  release: issueRelease.partial({ service: true, environment: true, releasedAt: true }).optional(),
  plan: verificationPlan.partial().optional(),
});
export type IssueTransition = z.infer<typeof issueTransition>;

/** POST issues: opens the issue of an error group by hand. */
export const issueOpening = z.object({ fingerprint: z.string().min(1).max(128) });

export const issueComment = z.object({ text: z.string().trim().min(1).max(4000) });

/** A customer the error blocked: when last, and on which release. */
export const affectedCustomer = z.object({
  customerId: z.string(),
  blockedAt: z.iso.datetime(),
  release: z.string(),
});
export type AffectedCustomer = z.infer<typeof affectedCustomer>;
export const affectedCustomerList = z.object({
  items: z.array(affectedCustomer),
  nextCursor: z.string().nullable(),
});

export const timelineEntry = z.object({
  id: z.number().int(),
  at: z.iso.datetime(),
  actor: z.string(),
  kind: z.enum(["opened", "transition", "changed", "comment", "verdict", "impact"]),
  data: z.record(z.string(), z.unknown()),
});
export type TimelineEntry = z.infer<typeof timelineEntry>;
export const timeline = z.object({ items: z.array(timelineEntry), nextCursor: z.string().nullable() });

export const VERDICTS = ["effective", "not_effective", "inconclusive", "no_traffic"] as const;
export const verdict = z.enum(VERDICTS);
export type Verdict = z.infer<typeof verdict>;

/** One arm: customers exposed to the flow and, of them, customers blocked by the error. */
export const arm = z.object({
  customers: z.number().int(),
  blocked: z.number().int(),
  rate: z.number().nullable(),
});
export type Arm = z.infer<typeof arm>;

export const verificationResult = z.object({
  at: z.iso.datetime(),
  verdict,
  /** How it was compared. */
  design: z.enum(["difference_in_differences", "before_after"]),
  before: arm,
  after: arm,
  /** Customers on older releases at the same time, and the same customers before the release; null without overlap. */
  control: arm.nullable(),
  controlBefore: arm.nullable(),
  /** Relative change of the blocked rate, -0.5 = halved; null before there is traffic. */
  change: z.number().nullable(),
  /** Always-valid 95 % interval of `change`. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  expectedChange: z.number(),
  /** Days still needed at the present traffic; null when decided or without traffic. */
  daysNeeded: z.number().nullable(),
  reason: z.string(),
});
export type VerificationResult = z.infer<typeof verificationResult>;

export const verification = z.object({
  issueId: z.string(),
  plan: verificationPlan,
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  verdict,
  latest: verificationResult.nullable(),
  looks: z.array(verificationResult),
});
export type Verification = z.infer<typeof verification>;
