import type { Deps } from "../deps.ts";
import { guidanceFor } from "./answering-guidance.ts";
import type { ErrorGroup } from "./error-group.ts";
import { openIssuesOf } from "./linked-issues.ts";
import type { RankedError } from "./query.ts";
import type { ErrorScope } from "./scope.ts";
import { joinScores } from "./scores.ts";
import { spikesOf } from "./spikes.ts";

/** Joins ranked groups with their open issues, their guidance, and the scores and comments of who met them in the range. */
export async function describeErrors(
  { warehouse, ledger }: Pick<Deps, "warehouse" | "ledger">,
  { projectId, range, segment }: Pick<ErrorScope, "projectId" | "range" | "segment">,
  groups: readonly RankedError[],
): Promise<ErrorGroup[]> {
  const fingerprints = groups.map((group) => group.fingerprint);
  const [issues, guidance, spikes, scores] = await Promise.all([
    openIssuesOf(ledger, projectId, fingerprints),
    guidanceFor(ledger, projectId, groups),
    spikesOf(ledger, projectId, fingerprints),
    joinScores(warehouse, { projectId, range, groups, segment }),
  ]);
  return groups.map((group) => {
    const joined = scores.get(group.fingerprint);
    if (joined === undefined) throw new Error(`No scores for the group ${group.fingerprint}`);
    const issue = issues.get(group.fingerprint);
    const spike = spikes.get(group.fingerprint) ?? null;
    const state = spike === null ? group.state : ("spiking" as const);
    return {
      ...group,
      ...joined,
      state: issue?.hasRegressed ? ("regressed" as const) : state,
      spike,
      issueId: issue?.id ?? null,
      guidance: guidance.get(group.fingerprint) ?? [],
    };
  });
}
