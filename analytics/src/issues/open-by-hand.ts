import type { Deps } from "../deps.ts";
import { Problem } from "../http/problem.ts";
import { measureImpact } from "./errors-query.ts";
import type { Issue } from "./issue.ts";
import { findIssue } from "./lock.ts";
import { openIssue } from "./open.ts";
import { toIssue } from "./row.ts";

const DAY_MS = 86_400_000;
const SEEN_DAYS = 30;

/** Opens the issue of an error group for a person, even when an earlier one was closed; an open one is returned as it is. */
export async function openIssueByHand(
  deps: Deps,
  of: { projectId: string; fingerprint: string; actor: string; recoveryWindowSeconds: number },
): Promise<{ issue: Issue; opened: boolean }> {
  const { projectId, fingerprint, actor, recoveryWindowSeconds } = of;
  const now = deps.now();
  const since = (days: number) => new Date(now.getTime() - days * DAY_MS);
  const question = { projectId, fingerprint, recoveryWindowSeconds, until: now };
  const seen = await measureImpact(deps.warehouse, { ...question, since: since(SEEN_DAYS) });
  if (seen === undefined) {
    throw new Problem(404, "No such error", {
      detail: `No error ${fingerprint} was seen in ${SEEN_DAYS} days.`,
    });
  }
  const today = await measureImpact(deps.warehouse, { ...question, since: since(1) });
  const { issueId, opened } = await openIssue(deps, {
    projectId,
    actor,
    cause: `error:${fingerprint}`,
    title: (seen.title.includes(seen.code) ? seen.title : `${seen.code}: ${seen.title}`).slice(0, 300),
    flow: seen.flow,
    evidence: {
      kind: "error",
      fingerprint,
      code: seen.code,
      flow: seen.flow,
      rank: 0,
      blockedCustomers: today?.blockedCustomers ?? 0,
      blockedTransactions: today?.blockedTransactions ?? 0,
      customers: today?.customers ?? 0,
      npsGap: null,
      negativeShare: null,
      at: now.toISOString(),
    },
    evenIfClosed: true,
  });
  return { issue: toIssue(await findIssue(deps.ledger.db, { projectId, id: issueId })), opened };
}
