import { schema } from "@voxloop/ledger";
import type { Deps } from "../deps.ts";
import { openIssue } from "../issues/open.ts";
import type { Job } from "../scheduler/job.ts";
import type { ErrorGroup } from "./error-group.ts";
import { hiddenRows } from "./groups/row.ts";
import { causeOf } from "./linked-issues.ts";
import { rankErrors } from "./query.ts";
import { describeErrors } from "./report.ts";

/** Fewer are too few to be sure that it is not one customer's device. */
const FEWEST_BLOCKED_CUSTOMERS = 3;
const DAY_MS = 86_400_000;

/**
 * Opens an issue for every group in the last day's Top-50 that blocks enough customers, and keeps the impact of open ones
 * up to date. Safe to run twice, because a cause has at most one open issue.
 */
export const openErrorIssuesJob: Job = {
  id: "open-error-issues",
  everyMs: 15_000,
  async run(deps) {
    const projects = await deps.ledger.db.select().from(schema.projects);
    for (const { id, recoveryWindowSeconds } of projects)
      await openIssuesOfProject(deps, id, recoveryWindowSeconds);
  },
};

async function openIssuesOfProject(
  deps: Deps,
  projectId: string,
  recoveryWindowSeconds: number,
): Promise<void> {
  const to = deps.now();
  const range = { from: new Date(to.getTime() - DAY_MS), to };
  const scope = { projectId, range, filter: {}, recoveryWindowSeconds };
  const hidden = (await hiddenRows(deps.ledger, projectId)).map(({ fingerprint }) => fingerprint);
  const { groups } = await rankErrors(deps.warehouse, { ...scope, rank: "blocked", hidden });
  const blocking = groups.filter((group) => group.blockedCustomers >= FEWEST_BLOCKED_CUSTOMERS);
  for (const group of await describeErrors(deps, scope, blocking)) {
    await openIssue(deps, {
      projectId,
      cause: causeOf(group.fingerprint),
      title: titleOf(group),
      flow: group.flow,
      evidence: evidenceOf(group, to),
    });
  }
}

function titleOf({ code, title, flow }: ErrorGroup): string {
  const what = code === "" || title.includes(code) ? title : `${code}: ${title}`;
  return (flow === "" ? what : `${what} (${flow})`).slice(0, 300);
}

function evidenceOf(group: ErrorGroup, at: Date) {
  const { fingerprint, code, flow, rank, blockedCustomers, blockedTransactions, customers } = group;
  return {
    kind: "error" as const,
    fingerprint,
    code,
    flow,
    rank,
    blockedCustomers,
    blockedTransactions,
    customers,
    npsGap: group.scores.gap,
    negativeShare: group.negativeShare,
    at: at.toISOString(),
  };
}
