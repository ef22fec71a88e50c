import { schema } from "@voxloop/ledger";
import type { Deps } from "../deps.ts";
import type { Job } from "../scheduler/job.ts";
import { findSpikes, historyOf, type Finding } from "./find.ts";
import { HOUR_MS } from "./hourly-counts.ts";
import { openSpikeIssues } from "./open-issues.ts";
import { describeGroups, firstSeen, type GroupFacts, type Scope } from "./query.ts";
import { hiddenGroups, replaceAnomalies } from "./store.ts";

const DAY_MS = 24 * HOUR_MS;
/** Fewer are too few to be sure that it is not one customer's device. */
const FEWEST_BLOCKED = 3;

/**
 * Finds what is out of the ordinary: groups of errors that stop more customers than their hours ever made one expect, and
 * groups that are new and stop some. Tells the list, and opens their issues. Safe to run twice, because it replaces what it
 * told before, and a cause has at most one open issue.
 */
export const findAnomaliesJob: Job = {
  id: "find-anomalies",
  everyMs: 5 * 60_000,
  async run(deps) {
    const projects = await deps.ledger.db.select().from(schema.projects);
    for (const { id, recoveryWindowSeconds } of projects)
      await findOfProject(deps, { projectId: id, recoveryWindowSeconds });
  },
};

async function findOfProject(
  deps: Deps,
  project: { projectId: string; recoveryWindowSeconds: number },
): Promise<void> {
  const now = deps.now();
  const day = { from: new Date(now.getTime() - DAY_MS), to: now };
  const hidden = await hiddenGroups(deps.ledger, project.projectId);
  const history = historyOf(now, project.recoveryWindowSeconds);
  const spikes = await findSpikes(deps, { ...project, range: history, only: [] }, hidden);
  const newcomers = await newcomersOf(deps, { ...project, range: day, only: [] }, hidden);
  const facts = await describeGroups(deps.warehouse, {
    ...project,
    range: day,
    only: spikes.flatMap(({ fingerprint }) => fingerprint || []),
  });
  const all = [...spikes, ...newcomers.map(({ finding }) => finding)];
  for (const { facts: own } of newcomers) facts.set(own.fingerprint, own);
  const told = await replaceAnomalies(deps.ledger, { projectId: project.projectId, findings: all, facts });
  await openSpikeIssues(deps, { projectId: project.projectId, findings: told, facts });
}

/** Groups first seen in the range that blocked enough customers. */
async function newcomersOf(
  { warehouse }: Deps,
  scope: Scope,
  hidden: ReadonlySet<string>,
): Promise<{ finding: Finding; facts: GroupFacts }[]> {
  const seen = await firstSeen(warehouse, { projectId: scope.projectId, since: scope.range.from });
  const only = [...seen.keys()].filter((fingerprint) => !hidden.has(fingerprint));
  const facts = await describeGroups(warehouse, { ...scope, only });
  return [...facts.values()]
    .filter(({ blockedCustomers }) => blockedCustomers >= FEWEST_BLOCKED)
    .map((one) => ({
      facts: one,
      finding: {
        fingerprint: one.fingerprint,
        kind: "new",
        unit: "blocked",
        since: seen.get(one.fingerprint) ?? scope.range.from,
        until: scope.range.to,
        observed: one.blockedCustomers,
        spanHours: 24,
        expected: null,
        low: null,
        high: null,
      },
    }));
}
