import type { Deps } from "../deps.ts";
import { issueEvidence, type IssueEvidence } from "../issues/issue.ts";
import { openIssue } from "../issues/open.ts";
import type { Finding } from "./find.ts";
import type { GroupFacts } from "./query.ts";
import { causeOf, openIssues } from "./store.ts";

const ACTOR = "job:find-anomalies";

/**
 * Opens the issue of each group that is out of the ordinary, or tells the open one that it spikes. That all of a project spikes
 * opens none: it has no cause that anybody could fix.
 */
export async function openSpikeIssues(
  deps: Deps,
  of: { projectId: string; findings: readonly Finding[]; facts: ReadonlyMap<string, GroupFacts> },
): Promise<void> {
  const { projectId, findings, facts } = of;
  const groups = findings.map(({ fingerprint }) => fingerprint);
  const open = await openIssues(deps.ledger, projectId, groups);
  for (const finding of findings) {
    const known = facts.get(finding.fingerprint);
    if (known === undefined) continue;
    const issue = open.get(finding.fingerprint);
    // The numbers of an open issue are another job's, which refreshes them; of a new one they are today's.
    const evidence =
      issue === undefined ? evidenceOf(known, deps.now()) : issueEvidence.parse(issue.evidence);
    if (issue !== undefined && finding.kind === "new") continue;
    await openIssue(deps, {
      projectId,
      cause: causeOf(finding.fingerprint),
      title: titleOf(known),
      flow: known.flow,
      evidence: { ...evidence, ...spikeOf(finding) },
      actor: ACTOR,
    });
  }
}

function titleOf({ code, title, flow }: GroupFacts): string {
  const what = code === "" || title.includes(code) ? title : `${code}: ${title}`;
  return (flow === "" ? what : `${what} (${flow})`).slice(0, 300);
}

function evidenceOf(facts: GroupFacts, at: Date): IssueEvidence {
  const { fingerprint, code, flow, blockedCustomers, blockedTransactions, customers } = facts;
  return {
    kind: "error",
    fingerprint,
    code,
    flow,
    rank: 0,
    blockedCustomers,
    blockedTransactions,
    customers,
    npsGap: null,
    negativeShare: null,
    at: at.toISOString(),
  };
}

function spikeOf({ unit, since, until, observed, spanHours, expected, low, high }: Finding) {
  if (expected === null || low === null || high === null) return {};
  const hours = { since: since.toISOString(), until: until.toISOString(), spanHours };
  return { spike: { unit, ...hours, observed, expected, low, high } };
}
