import { schema, type Ledger } from "@voxloop/ledger";
import { and, desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { RegressedIssue } from "./health.ts";

/** As the issues' timeline has it. */
const reopened = z.object({
  regression: z.object({
    fixedVersion: z.string(),
    version: z.string(),
    environment: z.string(),
    reason: z.string(),
  }),
});

type Regressed = RegressedIssue & { version: string };

/** Issues that were reopened because their error came back in a release, latest first; one for each issue and release. */
export async function regressedIssues(
  ledger: Ledger,
  { projectId, environment }: { projectId: string; environment: string },
): Promise<Regressed[]> {
  const { issues, issueTimeline: timeline } = schema;
  const rows = await ledger.db
    .select({
      issueId: issues.id,
      number: issues.number,
      title: issues.title,
      state: issues.state,
      at: timeline.at,
      data: timeline.data,
    })
    .from(timeline)
    .innerJoin(issues, eq(issues.id, timeline.issueId))
    .where(
      and(
        eq(issues.projectId, projectId),
        eq(timeline.kind, "transition"),
        eq(sql`${timeline.data} ->> 'reason'`, "regressed"),
      ),
    )
    .orderBy(desc(timeline.id));
  const found = new Map<string, Regressed>();
  for (const { at, data, ...issue } of rows) {
    const parsed = reopened.safeParse(data);
    if (!parsed.success) continue;
    const { regression } = parsed.data;
    // A fix for any environment is one for this too.
    const isHere = environment === "" || ["", environment].includes(regression.environment);
    const key = JSON.stringify([issue.issueId, regression.version]);
    if (!isHere || found.has(key)) continue;
    const { version, fixedVersion, reason } = regression;
    found.set(key, { ...issue, regressedAt: at.toISOString(), version, fixedVersion, reason });
  }
  return [...found.values()];
}
