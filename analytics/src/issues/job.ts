import { schema } from "@voxloop/ledger";
import { and, desc, eq, inArray, isNull } from "drizzle-orm";
import type { Deps } from "../deps.ts";
import type { Job } from "../scheduler/job.ts";
import { TASK } from "../scheduler/tasks.ts";
import { announce, wakeDeliveries } from "./announce.ts";
import type { VerificationResult } from "./issue.ts";
import { updateIssue } from "./lock.ts";
import { lookAt, type Look } from "./look.ts";
import type { IssueRow, Tx } from "./row.ts";

type VerificationRow = typeof schema.verifications.$inferSelect;
interface Running {
  issue: IssueRow;
  verification: VerificationRow;
}

const ACTOR = `job:${TASK.verifyIssues}`;
const HOUR_MS = 3_600_000;

/**
 * Looks at every running verification and acts on its verdict: effective closes the issue, not effective takes it back
 * to analysing. Safe to run twice and in two processes, because a look is written under the issue's lock and only when
 * none as late is there.
 */
export const verifyIssuesJob: Job = {
  id: TASK.verifyIssues,
  everyMs: 60_000,
  async run(deps) {
    for (const running of await listRunning(deps)) {
      try {
        await verify(deps, running);
      } catch (error) {
        deps.log.error(
          { err: error, issue: running.issue.id },
          "a verification failed; the next run tries again",
        );
      }
    }
  },
};

async function listRunning({ ledger }: Deps): Promise<Running[]> {
  const { issues, verifications } = schema;
  return ledger.db
    .select({ issue: issues, verification: verifications })
    .from(verifications)
    .innerJoin(issues, eq(issues.id, verifications.issueId))
    .where(and(isNull(verifications.endedAt), inArray(issues.state, ["released", "verifying"])));
}

async function verify(deps: Deps, running: Running): Promise<void> {
  const at = deps.now();
  if (!isDue(running.verification, await lastLook(deps.ledger.db, running.verification), at)) return;
  const look = await lookAt(deps, running.issue, running.verification.plan);
  const told = await deps.ledger.db.transaction((tx) => record(tx, deps, { running, look, at }));
  if (told) await wakeDeliveries(deps);
}

/** Every minute at first, then ever more rarely, hourly from the first day on: as dense as the chart can show. */
function isDue({ startedAt }: VerificationRow, last: Date | undefined, at: Date): boolean {
  if (last === undefined) return true;
  const age = at.getTime() - startedAt.getTime();
  return at > last && at.getTime() - last.getTime() >= Math.min(HOUR_MS, age / 24);
}

async function lastLook(db: Pick<Tx, "select">, { id }: VerificationRow): Promise<Date | undefined> {
  const { verificationLooks } = schema;
  const [row] = await db
    .select({ at: verificationLooks.at })
    .from(verificationLooks)
    .where(eq(verificationLooks.verificationId, id))
    .orderBy(desc(verificationLooks.id))
    .limit(1);
  return row?.at;
}

/** Writes a look and what follows from it; true when it told the world something. */
async function record(
  tx: Tx,
  deps: Deps,
  { running, look, at }: { running: Running; look: Look; at: Date },
): Promise<boolean> {
  const { issues, verifications, verificationLooks } = schema;
  const [issue] = await tx.select().from(issues).where(eq(issues.id, running.issue.id)).for("update");
  const [verification] = await tx
    .select()
    .from(verifications)
    .where(and(eq(verifications.id, running.verification.id), isNull(verifications.endedAt)));
  // Meanwhile a person may have taken the issue back, or another process may have looked.
  if (issue === undefined || verification === undefined) return false;
  const last = await lastLook(tx, verification);
  if (last !== undefined && last >= at) return false;
  const { result } = look;
  await tx.insert(verificationLooks).values({ verificationId: verification.id, at, result });
  const verifying = issue.state === "released" ? await beginVerifying(tx, deps, { issue, at }) : issue;
  const isFinal = look.isWindowOver || result.verdict === "effective" || result.verdict === "not_effective";
  const endedAt = isFinal ? at : null;
  await tx
    .update(verifications)
    .set({ verdict: result.verdict, endedAt })
    .where(eq(verifications.id, verification.id));
  if (isFinal) await conclude(tx, deps, { issue: verifying, result, at });
  return isFinal || verifying !== issue;
}

async function beginVerifying(
  tx: Tx,
  deps: Deps,
  { issue, at }: { issue: IssueRow; at: Date },
): Promise<IssueRow> {
  const row = await updateIssue(tx, issue, { state: "verifying", updatedAt: at });
  const data = { from: "released", to: "verifying" };
  await announce(tx, deps, {
    row,
    at,
    actor: ACTOR,
    kind: "transition",
    data,
    message: "issue.transitioned",
  });
  return row;
}

/** Effective closes, not effective reopens; a window that ends without a decision leaves the issue to people. */
async function conclude(
  tx: Tx,
  deps: Deps,
  { issue, result, at }: { issue: IssueRow; result: VerificationResult; at: Date },
): Promise<void> {
  const { verdict } = result;
  const row =
    verdict === "effective"
      ? await updateIssue(tx, issue, {
          state: "closed",
          closeReason: "effective",
          closedAt: at,
          updatedAt: at,
        })
      : verdict === "not_effective"
        ? await updateIssue(tx, issue, { state: "analysing", updatedAt: at })
        : issue;
  const data = { from: issue.state, to: row.state, verdict, result };
  await announce(tx, deps, { row, at, actor: ACTOR, kind: "verdict", data, message: "issue.verdict" });
}
