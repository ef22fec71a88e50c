import { releaseOrder, schema } from "@voxloop/ledger";
import { and, eq } from "drizzle-orm";
import type { Deps } from "../deps.ts";
import { isReleaseOrLater } from "../releases/version.ts";
import { announce, wakeDeliveries } from "./announce.ts";
import { errorReleasesSince } from "./errors-query.ts";
import { excessOf } from "./excess.ts";
import { issueRelease, type IssueEvidence } from "./issue.ts";
import { fingerprintOf, type IssueRow } from "./row.ts";
import { dueAt, type Severity } from "./severity.ts";

export interface Regression {
  /** The release the issue was fixed in, and the one its error came back in. */
  fixedVersion: string;
  version: string;
  environment: string;
  firstSeen: string;
  customers: number;
  reason: string;
}

/**
 * An error event after the issue was closed whose own release is the fixed one or later, in the environment and service
 * it was fixed for. Old builds, other environments and events without a release never reopen an issue. Where the
 * verification closed it although some customers were still blocked, more of them must be now.
 */
export async function findRegression(deps: Deps, row: IssueRow): Promise<Regression | undefined> {
  const release = issueRelease.safeParse(row.release);
  if (!release.success || row.closedAt === null) return undefined;
  const { version: fixedVersion, service, environment } = release.data;
  const seen = await errorReleasesSince(deps.warehouse, {
    projectId: row.projectId,
    fingerprint: fingerprintOf(row),
    service,
    environment,
    since: row.closedAt,
  });
  if (seen.length === 0) return undefined;
  const order = await releaseOrder(deps.ledger, row.projectId);
  const fixed = seen.filter(({ version }) => isReleaseOrLater(version, fixedVersion, order));
  const [first] = fixed;
  if (first === undefined) return undefined;
  const excess = await excessOf(deps, row, release.data);
  if (!excess.isMore) return undefined;
  const { version, firstSeen } = first;
  const customers = fixed.reduce((sum, each) => sum + each.customers, 0);
  const where = environment === "" ? "" : ` in ${environment}`;
  const reason = `Fixed in ${fixedVersion}, and seen again in ${version}${where} at ${firstSeen}${excess.detail}`;
  return { fixedVersion, version, environment, firstSeen, customers, reason };
}

/** Reopens a closed issue; false when somebody else did so first. */
export async function reopenRegressed(
  deps: Deps,
  of: { row: IssueRow; regression: Regression; evidence: IssueEvidence },
): Promise<boolean> {
  const { row, regression, evidence } = of;
  const at = deps.now();
  const reopened = await deps.ledger.db.transaction(async (tx) => {
    const [next] = await tx
      .update(schema.issues)
      .set({
        state: "analysing",
        closeReason: null,
        closedAt: null,
        evidence,
        updatedAt: at,
        dueAt: dueAt(row.severity as Severity, at),
        version: row.version + 1,
      })
      .where(and(eq(schema.issues.id, row.id), eq(schema.issues.version, row.version)))
      .returning();
    if (next === undefined) return false;
    const data = { from: "closed", to: "analysing", reason: "regressed", regression, evidence };
    await announce(tx, deps, {
      row: next,
      at,
      actor: "job:open-error-issues",
      data,
      kind: "transition",
      message: "issue.transitioned",
    });
    return true;
  });
  if (reopened) await wakeDeliveries(deps);
  return reopened;
}
