import { z } from "zod";
import { shareEstimate } from "../stats/share.ts";
import { release } from "./release.ts";

/** How a release does against the one before it, by the shares of error-free sessions. */
const comparison = z.object({
  version: z.string(),
  /** This release's share minus that of the one before, -1 to 1. */
  gap: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** "unclear": the interval holds zero, or a side has fewer than 30 sessions. */
  verdict: z.enum(["better", "worse", "unclear"]),
});

/** One version in a time range, over all services that name it. docs/releases.md defines each number. */
export const releaseHealth = z.object({
  version: z.string(),
  /** The earliest declaration; null when it was only seen. */
  declaredAt: z.iso.datetime().nullable(),
  /** Of all events stored; null when none came. */
  firstSeen: z.iso.datetime().nullable(),
  /** Whether it can be said to be older or newer than others: a version number, or declared. */
  isOrdered: z.boolean(),
  adoption: shareEstimate,
  customers: z.number().int(),
  sessions: z.number().int(),
  errorFreeCustomers: shareEstimate,
  errorFreeSessions: shareEstimate,
  blockedCustomers: z.number().int(),
  blockedTransactions: z.number().int(),
  /** For each 1,000 customers of the release; null when it has none. */
  blockedPerThousand: z.number().nullable(),
  blockedTransactionsPerThousand: z.number().nullable(),
  newGroups: z.number().int(),
  regressedIssues: z.number().int(),
  previous: comparison.nullable(),
});
export type ReleaseHealth = z.infer<typeof releaseHealth>;

const adoptionCurve = z.object({
  stepSeconds: z.number().int(),
  times: z.array(z.iso.datetime()),
  /** Active customers of each step. */
  customers: z.array(z.number().int()),
  /** Customers whose newest release in the step it was; "" stands for all that are not listed. */
  series: z.array(z.object({ version: z.string(), customers: z.array(z.number().int()) })),
});
export type AdoptionCurve = z.infer<typeof adoptionCurve>;

export const releasesHealth = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  environments: z.array(z.string()),
  /** Customers and sessions of the range, on whatever release. */
  customers: z.number().int(),
  sessions: z.number().int(),
  /** Newest first; those without an order last. */
  items: z.array(releaseHealth),
  /** Releases beyond the 50 with most customers. */
  more: z.number().int(),
  adoption: adoptionCurve,
});
export type ReleasesHealth = z.infer<typeof releasesHealth>;

const newGroup = z.object({
  fingerprint: z.string(),
  code: z.string(),
  type: z.string(),
  title: z.string(),
  flow: z.string(),
  firstSeen: z.iso.datetime(),
  /** In the range and on this release. */
  customers: z.number().int(),
  blockedCustomers: z.number().int(),
});
export type NewGroup = z.infer<typeof newGroup>;

const regressedIssue = z.object({
  issueId: z.uuid(),
  number: z.number().int(),
  title: z.string(),
  state: z.string(),
  regressedAt: z.iso.datetime(),
  fixedVersion: z.string(),
  reason: z.string(),
});
export type RegressedIssue = z.infer<typeof regressedIssue>;

export const releaseDetail = z.object({
  release: releaseHealth,
  /** Where it was declared and seen, in the last 30 days. */
  seenIn: z.array(release),
  /** Those that block most first, up to 50. */
  newGroups: z.array(newGroup),
  regressedIssues: z.array(regressedIssue),
});
export type ReleaseDetail = z.infer<typeof releaseDetail>;
