import { schema } from "@voxloop/ledger";
import { and, desc, eq, max } from "drizzle-orm";
import type { Deps } from "../deps.ts";
import { announce, wakeDeliveries } from "./announce.ts";
import { refreshImpact } from "./impact.ts";
import type { IssueEvidence } from "./issue.ts";
import { findRegression, reopenRegressed } from "./regression.ts";
import type { IssueRow, Tx } from "./row.ts";
import { dueAt, severityOf, type Severity } from "./severity.ts";

const ACTOR = "job:open-error-issues";

export interface NewIssue {
  projectId: string;
  /** What it is about, e.g. `error:<fingerprint>`; one open issue a cause. */
  cause: string;
  title: string;
  /** Default: by the evidence's blocked customers. */
  severity?: Severity;
  flow: string;
  evidence: IssueEvidence;
  /** Who opens it, for the timeline; default `job:open-error-issues`. */
  actor?: string;
  /** Opens a new issue although an earlier one of the cause was closed: a person's decision. */
  evenIfClosed?: boolean;
}

export interface OpenedIssue {
  issueId: string;
  /** A new issue was opened, or a closed one opened again because it regressed. */
  opened: boolean;
  regressed: boolean;
}

/**
 * Opens the issue of a cause, or refreshes the impact of the one that is open. A cause that people closed (will not fix,
 * duplicate, accepted) stays closed; one whose fix was effective opens again only when it regresses.
 */
export async function openIssue(deps: Deps, issue: NewIssue): Promise<OpenedIssue> {
  const latest = await latestOfCause(deps.ledger.db, issue);
  if (latest === undefined) return insertIssue(deps, issue);
  if (latest.state !== "closed") {
    const { evidence, actor = ACTOR } = issue;
    await refreshImpact(deps, latest, { evidence, actor });
    return known(latest);
  }
  if (issue.evenIfClosed) return insertIssue(deps, issue);
  if (latest.closeReason !== "effective") return known(latest);
  const regression = await findRegression(deps, latest);
  if (regression === undefined) return known(latest);
  const reopened = await reopenRegressed(deps, { row: latest, regression, evidence: issue.evidence });
  return { issueId: latest.id, opened: reopened, regressed: reopened };
}

const known = (row: IssueRow): OpenedIssue => ({ issueId: row.id, opened: false, regressed: false });

async function insertIssue(deps: Deps, issue: NewIssue): Promise<OpenedIssue> {
  const result = await deps.ledger.db.transaction(async (tx) => {
    await lockProject(tx, issue.projectId);
    const rival = await latestOfCause(tx, issue);
    if (rival !== undefined && (rival.state !== "closed" || !issue.evenIfClosed)) return known(rival);
    return writeIssue(tx, issue, deps);
  });
  if (result.opened) await wakeDeliveries(deps);
  return result;
}

async function writeIssue(tx: Tx, issue: NewIssue, deps: Deps): Promise<OpenedIssue> {
  const at = deps.now();
  const { projectId, cause, title, flow, evidence } = issue;
  const severity = issue.severity ?? severityOf(evidence.blockedCustomers);
  const [last] = await tx
    .select({ number: max(schema.issues.number) })
    .from(schema.issues)
    .where(eq(schema.issues.projectId, projectId));
  const [row] = await tx
    .insert(schema.issues)
    .values({
      projectId,
      cause,
      title,
      flow,
      evidence,
      severity,
      state: "detected",
      number: (last?.number ?? 0) + 1,
      dueAt: dueAt(severity, at),
      createdAt: at,
      updatedAt: at,
    })
    .returning();
  if (row === undefined) throw new Error("The ledger returned no row for the issue it inserted");
  const actor = issue.actor ?? ACTOR;
  const data = { severity, evidence };
  await announce(tx, deps, { row, at, actor, data, kind: "opened", message: "issue.opened" });
  return { issueId: row.id, opened: true, regressed: false };
}

/** Serialises the opening of a project's issues, so that numbers have no gaps and a cause is opened once. */
export async function lockProject(tx: Tx, projectId: string): Promise<void> {
  const rows = await tx
    .select({ id: schema.projects.id })
    .from(schema.projects)
    .where(eq(schema.projects.id, projectId))
    .for("no key update");
  if (rows.length === 0) throw new Error(`There is no project ${JSON.stringify(projectId)}`);
}

/** The newest issue of a cause; when one of them is open, it is that one. */
export async function latestOfCause(
  db: Pick<Tx, "select">,
  of: { projectId: string; cause: string },
): Promise<IssueRow | undefined> {
  const rows = await db
    .select()
    .from(schema.issues)
    .where(and(eq(schema.issues.projectId, of.projectId), eq(schema.issues.cause, of.cause)))
    .orderBy(desc(schema.issues.number));
  return rows.find((row) => row.state !== "closed") ?? rows[0];
}
