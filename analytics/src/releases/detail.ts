import type { Deps } from "../deps.ts";
import type { ReleaseDetail } from "./health.ts";
import type { JudgedReleaseScope } from "./health-query.ts";
import { listReleases } from "./list.ts";
import { listNewGroups } from "./new-groups.ts";
import { regressedIssues } from "./regressed-issues.ts";
import { describeHealth } from "./report.ts";

/** One release in a range; undefined when it was neither declared nor seen. */
export async function describeRelease(
  deps: Deps,
  scope: JudgedReleaseScope,
  version: string,
): Promise<ReleaseDetail | undefined> {
  const { items } = await describeHealth(deps, scope, version);
  const release = items.find((item) => item.version === version);
  if (release === undefined || (release.declaredAt === null && release.firstSeen === null)) return undefined;
  const [all, newGroups, regressed] = await Promise.all([
    listReleases(deps, scope.projectId),
    listNewGroups(deps.warehouse, scope, version),
    regressedIssues(deps.ledger, scope),
  ]);
  return {
    release,
    seenIn: all.filter((each) => each.version === version),
    newGroups,
    regressedIssues: regressed
      .filter((issue) => issue.version === version)
      .map(({ version: _version, ...issue }) => issue),
  };
}
