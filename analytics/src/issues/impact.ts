import { isDeepStrictEqual } from "node:util";
import { schema } from "@voxloop/ledger";
import { and, desc, eq, inArray } from "drizzle-orm";
import type { Deps } from "../deps.ts";
import { issueEvidence, type IssueEvidence } from "./issue.ts";
import { writeTimeline, type IssueRow } from "./row.ts";

/**
 * Stores what an open issue costs now. The measured numbers are no person's write: they leave the version alone, so
 * that a refresh never makes somebody's edit stale. The timeline tells a change only when it is material.
 */
export async function refreshImpact(
  deps: Deps,
  row: IssueRow,
  { evidence: measured, actor }: { evidence: IssueEvidence; actor: string },
): Promise<void> {
  const known = issueEvidence.parse(row.evidence);
  // Who measures the impact looks neither for spikes nor at funnels.
  const evidence = { ...keptOf(known), ...measured };
  if (!differs(known, evidence)) return;
  await deps.ledger.db.transaction(async (tx) => {
    await tx.update(schema.issues).set({ evidence }).where(eq(schema.issues.id, row.id));
    const [told] = await tx
      .select({ data: schema.issueTimeline.data })
      .from(schema.issueTimeline)
      .where(
        and(
          eq(schema.issueTimeline.issueId, row.id),
          inArray(schema.issueTimeline.kind, ["opened", "impact"]),
        ),
      )
      .orderBy(desc(schema.issueTimeline.id))
      .limit(1);
    const before = issueEvidence.safeParse((told?.data as { evidence?: unknown } | undefined)?.evidence);
    if (before.success && !isNewSpike(before.data, evidence) && !isNewDrop(before.data, evidence))
      if (!isMaterial(before.data.blockedCustomers, evidence.blockedCustomers)) return;
    const data = { evidence, ...(before.success && { from: before.data.blockedCustomers }) };
    await writeTimeline(tx, {
      issueId: row.id,
      at: deps.now(),
      actor,
      kind: "impact",
      data,
    });
  });
}

/** A change of blocked customers by at least a half of the smaller number, and by at least 3. */
export function isMaterial(before: number, after: number): boolean {
  const change = Math.abs(after - before);
  return change >= 3 && change >= Math.min(before, after) / 2;
}

function differs(before: IssueEvidence, after: IssueEvidence): boolean {
  return !isDeepStrictEqual({ ...before, at: "" }, { ...after, at: "" });
}

const keptOf = ({ spike, drop }: IssueEvidence) => ({ ...(spike && { spike }), ...(drop && { drop }) });

/** It fell, or came back. */
function isNewDrop({ drop: before }: IssueEvidence, { drop: after }: IssueEvidence): boolean {
  if (after === undefined) return false;
  return after.from !== before?.from || (after.recoveredAt === null) !== (before.recoveredAt === null);
}

function isNewSpike(before: IssueEvidence, after: IssueEvidence): boolean {
  return after.spike !== undefined && after.spike.since !== before.spike?.since;
}
