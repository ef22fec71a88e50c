import { schema, type Ledger } from "@voxloop/ledger";
import { eq } from "drizzle-orm";
import type { Deps } from "../deps.ts";
import { releaseOrder } from "../releases/store.ts";
import { isReleaseOrLater } from "../releases/version.ts";
import { countArms, exposedVersions, type FlowScope } from "./arms-query.ts";
import { issueRelease, verificationPlan, type VerificationResult } from "./issue.ts";
import { fingerprintOf } from "./regression.ts";
import type { IssueRow } from "./row.ts";
import { judge } from "./verdict.ts";

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
  const look = await lookUntil(deps, { row, plan, now, until: now });
  if (look.result.verdict !== "not_effective") return look;
  const recovery = await recoveryWindowOf(deps.ledger, row.projectId);
  const settled = await lookUntil(deps, { row, plan, now, until: new Date(now.getTime() - recovery * 1000) });
  if (settled.result.verdict === "not_effective") return settled;
  const reason = `Customers blocked within the last ${Math.ceil(recovery / 60)} minutes may still succeed. ${look.result.reason}`;
  return { ...look, result: { ...look.result, verdict: "inconclusive", reason } };
}

async function lookUntil(
  deps: Deps,
  of: { row: IssueRow; plan: unknown; now: Date; until: Date },
): Promise<Look> {
  const { row, now } = of;
  const plan = verificationPlan.parse(of.plan);
  const release = issueRelease.parse(row.release);
  const releasedAt = new Date(release.releasedAt);
  const windowEnd = new Date(releasedAt.getTime() + plan.windowDays * DAY_MS);
  const scope = {
    projectId: row.projectId,
    flow: row.flow,
    service: release.service,
    environment: release.environment,
  };
  const spans = spansOf(releasedAt, of.until < windowEnd ? of.until : windowEnd);
  const versions = await splitVersions(deps, { scope, version: release.version, spans });
  const lengths = lengthsOf(spans, versions.historyStart);
  const cells = await countArms(deps.warehouse, {
    ...scope,
    ...lengths,
    releasedAt,
    fingerprint: fingerprintOf(row),
    fixedVersions: versions.fixed,
    olderVersions: versions.older,
    recoveryWindowSeconds: await recoveryWindowOf(deps.ledger, row.projectId),
  });
  const isWindowOver = now >= windowEnd;
  const result = judge({
    cells,
    plan,
    at: now,
    afterDays: lengths.afterMs / DAY_MS,
    beforeDays: lengths.beforeMs / DAY_MS,
    isWindowOver,
    version: release.version,
    flow: row.flow,
  });
  return { result, isWindowOver };
}

interface Spans {
  releasedAt: Date;
  until: Date;
  /** From when on the past can be compared with: as many whole weeks as the time after has begun. */
  since: Date;
}

function spansOf(releasedAt: Date, until: Date): Spans {
  const elapsed = Math.max(0, until.getTime() - releasedAt.getTime());
  const weeks = Math.max(1, Math.ceil(elapsed / WEEK_MS));
  return { releasedAt, until, since: new Date(releasedAt.getTime() - weeks * WEEK_MS) };
}

interface Versions {
  fixed: string[];
  older: string[];
  /** When the flow was first seen on an older release. */
  historyStart: Date;
}

async function splitVersions(
  deps: Deps,
  of: { scope: FlowScope; version: string; spans: Spans },
): Promise<Versions> {
  const { since, until, releasedAt } = of.spans;
  const [seen, order] = await Promise.all([
    exposedVersions(deps.warehouse, { ...of.scope, since, until }),
    releaseOrder(deps.ledger, of.scope.projectId),
  ]);
  const isFixed = (version: string) => isReleaseOrLater(version, of.version, order);
  const older = seen.filter(({ version }) => !isFixed(version));
  const first = new Date(older[0]?.firstSeen ?? releasedAt);
  return {
    fixed: seen.filter(({ version }) => isFixed(version)).map(({ version }) => version),
    older: older.map(({ version }) => version),
    historyStart: first < releasedAt ? first : releasedAt,
  };
}

/**
 * How much of the time after and before is compared. With a week of history: hour by hour with the same weekdays of the
 * weeks before. With less: with the time just before, at least an hour of it, so that a young app has a comparison too.
 */
function lengthsOf({ releasedAt, until }: Spans, historyStart: Date) {
  const elapsed = Math.max(0, until.getTime() - releasedAt.getTime());
  const history = releasedAt.getTime() - historyStart.getTime();
  const weeks = Math.floor((history + NIGHT_MS) / WEEK_MS);
  if (weeks > 0) {
    const afterMs = Math.min(elapsed, weeks * WEEK_MS);
    return { byWeek: true, afterMs, beforeMs: afterMs };
  }
  const afterMs = Math.min(elapsed, Math.max(history, HOUR_MS));
  return { byWeek: false, afterMs, beforeMs: Math.max(afterMs, HOUR_MS) };
}

async function recoveryWindowOf(ledger: Ledger, projectId: string): Promise<number> {
  const [project] = await ledger.db
    .select({ seconds: schema.projects.recoveryWindowSeconds })
    .from(schema.projects)
    .where(eq(schema.projects.id, projectId));
  if (project === undefined) throw new Error(`There is no project ${JSON.stringify(projectId)}`);
  return project.seconds;
}
