import { and, eq, inArray, isNull } from "drizzle-orm";
import type { Ledger } from "./ledger.ts";
import { errorGroups, groupingRules } from "./schema/index.ts";

export interface StoredPolicy {
  /** `GroupingRule`s of the warehouse package, as they were stored. */
  rules: unknown;
  /** Fingerprints whose events are not to be stored, those that were merged into a discarded group included. */
  discarded: string[];
}

/** What a project has decided about the errors that come in. */
export async function findGroupingPolicy(ledger: Ledger, projectId: string): Promise<StoredPolicy> {
  const ofProject = eq(errorGroups.projectId, projectId);
  const [stored] = await ledger.db
    .select({ rules: groupingRules.rules })
    .from(groupingRules)
    .where(eq(groupingRules.projectId, projectId));
  const rules = stored?.rules ?? [];
  const discarded = await ledger.db
    .select({ fingerprint: errorGroups.fingerprint })
    .from(errorGroups)
    .where(and(ofProject, errorGroups.isDiscarded, isNull(errorGroups.mergedInto)));
  if (discarded.length === 0) return { rules, discarded: [] };
  const names = discarded.map(({ fingerprint }) => fingerprint);
  const members = await ledger.db
    .select({ fingerprint: errorGroups.fingerprint })
    .from(errorGroups)
    .where(and(ofProject, inArray(errorGroups.mergedInto, names)));
  return { rules, discarded: [...names, ...members.map(({ fingerprint }) => fingerprint)] };
}
