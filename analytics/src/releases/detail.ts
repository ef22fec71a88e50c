import type { Deps } from "../deps.ts";
import type { ReleaseDetail } from "./health.ts";
import type { JudgedReleaseScope } from "./health-query.ts";
import { listReleases } from "./list.ts";
import { listNewGroups } from "./new-groups.ts";
import { regressedIssues } from "./regressed-issues.ts";
import { describeOne } from "./report.ts";

/** One release in a range; undefined when it was neither declared nor seen. */
export async function describeRelease(
  deps: Deps,
  scope: JudgedReleaseScope,
  version: string,
): Promise<ReleaseDetail | undefined> {
  const release = await describeOne(deps, scope, version);
  if (release === undefined) return undefined;
  const [seenIn, newGroups, regressed] = await Promise.all([
    listReleases(deps, scope.projectId, version),
    listNewGroups(deps.warehouse, scope, version),
    regressedIssues(deps.ledger, scope),
  ]);
  return {
    release,
    seenIn,
    newGroups,
    regressedIssues: regressed
      .filter((issue) => issue.version === version)
      .map(({ version: _version, ...issue }) => issue),
  };
}
