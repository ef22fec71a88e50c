import { schema } from "@voxloop/ledger";
import { desc, eq } from "drizzle-orm";
import type { Deps } from "../deps.ts";
import { excludes, ratioEvidence } from "../stats/sequential-ratio.ts";
import { countArms } from "./arms-query.ts";
import { armOf } from "./arms.ts";
import { verificationResult, type Arm, type IssueRelease } from "./issue.ts";
import { fingerprintOf, recoveryWindowOf, type IssueRow } from "./row.ts";
import { splitVersions } from "./versions.ts";

const ALPHA = 0.05;

interface Excess {
  isMore: boolean;
  /** For the reason; "" when nobody was blocked at the end, so that any event is one too many. */
  detail: string;
}

/**
 * Are more customers blocked on the fixed releases since the issue was closed than its verification saw on them? The
 * question is asked again and again, so the answer is sequential too. A time no longer than the verification's is
 * compared, because the share of customers who were ever blocked grows with time.
 */
export async function excessOf(deps: Deps, row: IssueRow, release: IssueRelease): Promise<Excess> {
  const accepted = await acceptedRate(deps, row.id);
  if (accepted === undefined || accepted.arm.blocked === 0) return { isMore: true, detail: "" };
  const until = deps.now();
  const earliest = until.getTime() - accepted.durationMs;
  const since = new Date(Math.max(row.closedAt?.getTime() ?? earliest, earliest));
  const now = await countSince(deps, { row, release, since, until });
  const evidence = ratioEvidence([
    {
      atRisk: now.customers,
      events: now.blocked,
      referenceAtRisk: accepted.arm.customers,
      referenceEvents: accepted.arm.blocked,
    },
  ]);
  const isMore = evidence.estimate > 0 && excludes(evidence, 0, ALPHA);
  const detail = `: ${percent(now)} of customers are blocked, ${percent(accepted.arm)} were when it was closed`;
  return { isMore, detail };
}

/** What the last verification saw on the fixed releases, and over which time. */
async function acceptedRate(
  { ledger }: Deps,
  issueId: string,
): Promise<{ arm: Arm; durationMs: number } | undefined> {
  const { verifications, verificationLooks, issues } = schema;
  const [last] = await ledger.db
    .select({ result: verificationLooks.result, at: verificationLooks.at, release: issues.release })
    .from(verificationLooks)
    .innerJoin(verifications, eq(verifications.id, verificationLooks.verificationId))
    .innerJoin(issues, eq(issues.id, verifications.issueId))
    .where(eq(verifications.issueId, issueId))
    .orderBy(desc(verificationLooks.id))
    .limit(1);
  if (last === undefined) return undefined;
  const { releasedAt } = last.release as IssueRelease;
  const durationMs = last.at.getTime() - new Date(releasedAt).getTime();
  return { arm: verificationResult.parse(last.result).after, durationMs };
}

async function countSince(
  deps: Deps,
  of: { row: IssueRow; release: IssueRelease; since: Date; until: Date },
): Promise<Arm> {
  const { row, release, since, until } = of;
  const { service, environment, version } = release;
  const scope = { projectId: row.projectId, flow: row.flow, service, environment };
  const { fixed } = await splitVersions(deps, { scope, version, since, until });
  const cells = await countArms(deps.warehouse, {
    ...scope,
    fingerprint: fingerprintOf(row),
    recoveryWindowSeconds: await recoveryWindowOf(deps.ledger, row.projectId),
    fixedVersions: fixed,
    olderVersions: [],
    releasedAt: since,
    afterMs: until.getTime() - since.getTime(),
    beforeMs: 0,
    pastMs: 0,
    byWeek: false,
  });
  return armOf(cells, "after");
}

const percent = ({ rate }: Arm): string => `${((rate ?? 0) * 100).toFixed(1)} %`;
