import { schema } from "@voxloop/ledger";
import { and, eq, isNotNull, ne, or, sql } from "drizzle-orm";
import type { Deps } from "../deps.ts";
import type { Job } from "../scheduler/job.ts";
import { announce, wakeDeliveries } from "./announce.ts";
import { issueEvidence } from "./issue.ts";
import { updateIssue } from "./lock.ts";
import { latestOfCause, lockProject } from "./open.ts";
import type { IssueRow, Tx } from "./row.ts";
import { endVerification } from "./transition.ts";

const ID = "follow-merges";
const ACTOR = `job:${ID}`;

/**
 * Lets issues follow their error group into the one that it was merged into: an issue goes on under the other's cause, or
 * closes as a duplicate where that has an open one. One that was closed as fixed follows where the other has none, so that it
 * is known when the error comes back. Safe to run twice: what followed is of the other group, and what stays is not changed.
 */
export const followMergesJob: Job = {
  id: ID,
  everyMs: 15_000,
  async run(deps) {
    for (const { issue, group } of await listToFollow(deps)) {
      const told = await deps.ledger.db.transaction((tx) => follow(tx, deps, { id: issue.id, group }));
      if (told) await wakeDeliveries(deps);
    }
  },
};

async function listToFollow({ ledger }: Deps): Promise<{ issue: IssueRow; group: string }[]> {
  const { issues, errorGroups } = schema;
  const rows = await ledger.db
    .select({ issue: issues, group: errorGroups.mergedInto })
    .from(errorGroups)
    .innerJoin(
      issues,
      and(
        eq(issues.projectId, errorGroups.projectId),
        eq(issues.cause, sql`'error:' || ${errorGroups.fingerprint}`),
        or(ne(issues.state, "closed"), eq(issues.closeReason, "effective")),
      ),
    )
    .where(isNotNull(errorGroups.mergedInto));
  return rows.flatMap(({ issue, group }) => (group === null ? [] : [{ issue, group }]));
}

/** True when it told the world something. */
async function follow(tx: Tx, deps: Deps, of: { id: string; group: string }): Promise<boolean> {
  const { issues } = schema;
  const [row] = await tx.select().from(issues).where(eq(issues.id, of.id));
  if (row === undefined) return false;
  await lockProject(tx, row.projectId);
  const cause = `error:${of.group}`;
  const other = await latestOfCause(tx, { projectId: row.projectId, cause });
  const at = deps.now();
  const isFixed = row.state === "closed";
  if (isFixed && (row.closeReason !== "effective" || other !== undefined)) return false;
  if (other === undefined || other.state === "closed") {
    const evidence = { ...issueEvidence.parse(row.evidence), fingerprint: of.group };
    const next = await updateIssue(tx, row, { cause, evidence, updatedAt: at });
    const data = { changes: { cause: { from: row.cause, to: cause } } };
    await announce(tx, deps, { row: next, at, actor: ACTOR, kind: "changed", data });
    return false;
  }
  const closed = { state: "closed", closeReason: "duplicate", closedAt: at, updatedAt: at } as const;
  const next = await updateIssue(tx, row, closed);
  await endVerification(tx, { issueId: row.id, at });
  const data = { from: row.state, to: "closed", reason: "duplicate", duplicateOf: other.number };
  const change = { row: next, at, actor: ACTOR, kind: "transition", data } as const;
  await announce(tx, deps, { ...change, message: "issue.transitioned" });
  return true;
}
