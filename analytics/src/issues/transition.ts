import { recordRelease, schema } from "@voxloop/ledger";
import { and, eq, isNull } from "drizzle-orm";
import type { Deps } from "../deps.ts";
import { Problem } from "../http/problem.ts";
import { TASK } from "../scheduler/tasks.ts";
import { announce, wake, wakeDeliveries } from "./announce.ts";
import { errorHome } from "./errors-query.ts";
import type { Issue, IssueRelease, IssueState, IssueTransition, VerificationPlan } from "./issue.ts";
import { TRANSITIONS } from "./issue.ts";
import { assertFresh, findIssue, updateIssue, type IssueKey } from "./lock.ts";
import { latestOfCause, lockProject } from "./open.ts";
import { fingerprintOf, toIssue, type IssueRow, type Tx } from "./row.ts";
import { dueAt, type Severity } from "./severity.ts";

export interface Move extends IssueKey {
  actor: string;
  command: IssueTransition;
}

/** Moves an issue as a person or script asks. Stale or illegal moves are answered 409, incomplete ones 400. */
export async function transitionIssue(deps: Deps, move: Move): Promise<Issue> {
  const { command, actor } = move;
  const row = await findIssue(deps.ledger.db, move);
  assertFresh(row, command.version);
  assertLegal(row, command);
  const at = deps.now();
  const release = command.to === "released" ? await toRelease(deps, row, command) : undefined;
  const next = await deps.ledger.db.transaction(async (tx) => {
    if (row.state === "closed") await assertOnlyOne(tx, row);
    const moved = await updateIssue(tx, row, { ...fieldsOf(row, command, at), ...(release && { release }) });
    const isInterrupted = ["released", "verifying"].includes(row.state) && command.to !== "verifying";
    if (isInterrupted) await endVerification(tx, { issueId: row.id, at });
    if (release !== undefined) await startVerification(tx, { row, release, command, at });
    await announce(tx, deps, {
      row: moved,
      at,
      actor,
      kind: "transition",
      data: tell(row, command, release),
      message: "issue.transitioned",
    });
    return moved;
  });
  await wakeDeliveries(deps);
  if (release !== undefined) await wake(deps, TASK.verifyIssues);
  return toIssue(next);
}

function assertLegal(row: IssueRow, { to, reason, release }: IssueTransition): void {
  const legal = TRANSITIONS[row.state as IssueState];
  if (!legal.includes(to)) {
    throw new Problem(409, "Illegal transition", {
      detail: `From ${row.state} an issue can go to ${legal.join(" or ")}, not to ${to}.`,
      legal,
      current: toIssue(row),
    });
  }
  if (to === "closed" && (reason === undefined || reason === "effective")) {
    throw new Problem(400, "Invalid request", {
      detail: "reason: say wont_fix, duplicate or accepted; effective is a verdict, not a decision",
    });
  }
  if (to === "released" && release === undefined) {
    throw new Problem(400, "Invalid request", { detail: "release.version: say which release has the fix" });
  }
}

/** A closed issue opens again only while no other issue is open on its cause. */
async function assertOnlyOne(tx: Tx, row: IssueRow): Promise<void> {
  await lockProject(tx, row.projectId);
  const rival = await latestOfCause(tx, row);
  if (rival === undefined || rival.state === "closed") return;
  throw new Problem(409, "Another issue is open", {
    detail: `Issue #${rival.number} is open on the same cause.`,
    current: toIssue(row),
  });
}

function fieldsOf(row: IssueRow, { to, reason }: IssueTransition, at: Date) {
  const fields = { state: to, updatedAt: at };
  if (to === "closed") return { ...fields, closeReason: reason ?? null, closedAt: at };
  if (row.state !== "closed") return fields;
  return { ...fields, closeReason: null, closedAt: null, dueAt: dueAt(row.severity as Severity, at) };
}

/** The release as declared; service and environment are by default those where the error stops most customers. */
async function toRelease(deps: Deps, row: IssueRow, { release }: IssueTransition): Promise<IssueRelease> {
  if (fingerprintOf(row) === "") {
    throw new Problem(409, "Nothing to verify by", {
      detail:
        "A release is verified by an error that stops fewer customers, and this issue is about none. Open the issue of the error, or close this one.",
    });
  }
  const now = deps.now();
  const releasedAt = release?.releasedAt === undefined ? now : new Date(release.releasedAt);
  if (releasedAt > now) {
    throw new Problem(400, "Invalid request", { detail: "release.releasedAt: lies in the future" });
  }
  const { projectId } = row;
  const home = await errorHome(deps.warehouse, { projectId, fingerprint: fingerprintOf(row) });
  return {
    version: release?.version ?? "",
    service: release?.service ?? home.service,
    environment: release?.environment ?? home.environment,
    releasedAt: releasedAt.toISOString(),
  };
}

async function startVerification(
  tx: Tx,
  of: { row: IssueRow; release: IssueRelease; command: IssueTransition; at: Date },
): Promise<void> {
  await recordRelease(tx, of.row.projectId, { ...of.release, releasedAt: new Date(of.release.releasedAt) });
  const plan = planOf(of.command);
  await tx.insert(schema.verifications).values({ issueId: of.row.id, plan, startedAt: of.at });
}

/** Declared before looking: a halved rate within two weeks, unless the person who released says otherwise. */
function planOf({ plan }: IssueTransition): VerificationPlan {
  const { expectedChange = -0.5, windowDays = 14 } = plan ?? {};
  return { metric: "blocked_rate", expectedChange, windowDays, unit: "customer" };
}

/** A verification that is interrupted ends without a verdict; "released" to "verifying" is no interruption. */
export async function endVerification(tx: Tx, { issueId, at }: { issueId: string; at: Date }): Promise<void> {
  const { verifications } = schema;
  await tx
    .update(verifications)
    .set({ endedAt: at })
    .where(and(eq(verifications.issueId, issueId), isNull(verifications.endedAt)));
}

function tell(row: IssueRow, command: IssueTransition, release: IssueRelease | undefined) {
  const { to, reason, comment } = command;
  return {
    from: row.state,
    to,
    ...(reason !== undefined && { reason }),
    ...(comment !== undefined && { comment }),
    ...(release !== undefined && { release, plan: planOf(command) }),
  };
}
