import type { Deps } from "../deps.ts";
import { countArms, type FlowScope } from "./arms-query.ts";
import { issueRelease, verificationPlan, type VerificationPlan, type VerificationResult } from "./issue.ts";
import { fingerprintOf, recoveryWindowOf, type IssueRow } from "./row.ts";
import { judge } from "./verdict.ts";
import { splitVersions } from "./versions.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** A week of history may begin with some hours in which nobody came. */
const NIGHT_MS = 6 * HOUR_MS;

export interface Look {
  result: VerificationResult;
  isWindowOver: boolean;
}

/**
 * Compares an issue's release with the time before it, as of now. Customers blocked just now may still recover, which can
 * only make a fix look worse; "not effective" is therefore said only when it holds without them too.
 */
export async function lookAt(deps: Deps, row: IssueRow, plan: unknown): Promise<Look> {
  const now = deps.now();
  const recoverySeconds = await recoveryWindowOf(deps.ledger, row.projectId);
  const subject = subjectOf(row, plan, recoverySeconds);
  const isWindowOver = now.getTime() >= subject.windowEnd.getTime() + recoverySeconds * 1000;
  const until = (time: Date) => compareUntil(deps, subject, { now, isWindowOver, until: time });
  const result = await until(now);
  if (result.verdict !== "not_effective") return { result, isWindowOver };
  const settled = await until(new Date(now.getTime() - recoverySeconds * 1000));
  if (settled.verdict === "not_effective") return { result: settled, isWindowOver };
  const reason = `Customers blocked within the last ${Math.ceil(recoverySeconds / 60)} minutes may still succeed. ${result.reason}`;
  return { result: { ...result, verdict: "inconclusive", reason }, isWindowOver };
}

interface Subject extends FlowScope {
  plan: VerificationPlan;
  version: string;
  releasedAt: Date;
  windowEnd: Date;
  fingerprint: string;
  recoveryWindowSeconds: number;
}

function subjectOf(row: IssueRow, declared: unknown, recoveryWindowSeconds: number): Subject {
  const plan = verificationPlan.parse(declared);
  const { releasedAt, ...release } = issueRelease.parse(row.release);
  const windowEnd = new Date(new Date(releasedAt).getTime() + plan.windowDays * DAY_MS);
  return {
    ...release,
    projectId: row.projectId,
    flow: row.flow,
    plan,
    releasedAt: new Date(releasedAt),
    windowEnd,
    fingerprint: fingerprintOf(row),
    recoveryWindowSeconds,
  };
}

async function compareUntil(
  deps: Deps,
  subject: Subject,
  { now, until, isWindowOver }: { now: Date; until: Date; isWindowOver: boolean },
): Promise<VerificationResult> {
  const { projectId, flow, service, environment, releasedAt, windowEnd, version } = subject;
  const scope = { projectId, flow, service, environment };
  const spans = spansOf(releasedAt, until < windowEnd ? until : windowEnd);
  const versions = await splitVersions(deps, { scope, version, since: spans.since, until: spans.until });
  const lengths = lengthsOf(spans, versions.firstOlder);
  const cells = await countArms(deps.warehouse, {
    ...scope,
    ...lengths,
    releasedAt,
    pastMs: releasedAt.getTime() - spans.since.getTime(),
    fingerprint: subject.fingerprint,
    fixedVersions: versions.fixed,
    olderVersions: versions.older,
    recoveryWindowSeconds: subject.recoveryWindowSeconds,
  });
  const afterDays = lengths.afterMs / DAY_MS;
  const beforeDays = lengths.beforeMs / DAY_MS;
  return judge({ cells, plan: subject.plan, at: now, afterDays, beforeDays, isWindowOver, version, flow });
}

interface Spans {
  releasedAt: Date;
  until: Date;
  /** From when on the past counts: as many weeks as are compared, and two at least. */
  since: Date;
}

function spansOf(releasedAt: Date, until: Date): Spans {
  const elapsed = Math.max(0, until.getTime() - releasedAt.getTime());
  const weeks = Math.max(2, Math.ceil(elapsed / WEEK_MS));
  return { releasedAt, until, since: new Date(releasedAt.getTime() - weeks * WEEK_MS) };
}

/**
 * How much of the time after and before is compared. With a week of history: hour by hour with the same weekdays of the
 * weeks before. With less: with the time just before, at least an hour of it, so that a young app has a comparison too.
 */
function lengthsOf({ releasedAt, until }: Spans, firstOlder: Date = releasedAt) {
  const elapsed = Math.max(0, until.getTime() - releasedAt.getTime());
  const history = Math.max(0, releasedAt.getTime() - firstOlder.getTime());
  const weeks = Math.floor((history + NIGHT_MS) / WEEK_MS);
  if (weeks > 0) {
    const afterMs = Math.min(elapsed, weeks * WEEK_MS);
    return { byWeek: true, afterMs, beforeMs: afterMs };
  }
  const afterMs = Math.min(elapsed, Math.max(history, HOUR_MS));
  return { byWeek: false, afterMs, beforeMs: Math.max(afterMs, HOUR_MS) };
}
