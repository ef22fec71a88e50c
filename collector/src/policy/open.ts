import { join } from "node:path";
import { groupingRules, type GroupingRule } from "@voxloop/warehouse";
import { z } from "zod";
import type { Logger } from "../logger.ts";
import { LookupCache, LookupUnavailable } from "../lookup-cache.ts";
import { readStateFile, StateFile } from "../state-file.ts";

/** What a project has decided about the errors that come in. */
export interface GroupingPolicy {
  rules: readonly GroupingRule[];
  /** Fingerprints whose events are not stored. */
  discarded: readonly string[];
}

/** As the ledger has it; may reject while the ledger is away. */
export type FindPolicy = (projectId: string) => Promise<{ rules: unknown; discarded: string[] }>;

interface Policies {
  find: (projectId: string) => Promise<GroupingPolicy>;
  /** Writes the snapshot. */
  close(): Promise<void>;
}

/** So that not every request waits for a ledger that does not answer. */
const WAIT_MS = 10_000;
const PROJECTS_MAX = 1_000;
export const NO_POLICY: GroupingPolicy = { rules: [], discarded: [] };
const policyShape = z.object({ rules: groupingRules, discarded: z.array(z.string()) });

/**
 * What projects have decided, with a snapshot in `policies.json` of `folder` for a start while the ledger is away. Where
 * nothing is known the events are taken in as they are: a group can be merged afterwards, and a lost event not be found again.
 */
export async function openPolicies(of: {
  folder: string;
  findPolicy: FindPolicy | undefined;
  now: () => Date;
  log: Logger;
}): Promise<Policies> {
  const { findPolicy } = of;
  if (findPolicy === undefined) return { find: async () => NO_POLICY, close: async () => undefined };
  const path = join(of.folder, "policies.json");
  const snapshot = await readStateFile(path, z.record(z.string(), policyShape), of.log);
  const cache: LookupCache<GroupingPolicy> = new LookupCache({
    what: "grouping policies",
    max: PROJECTS_MAX,
    remembered: Object.entries(snapshot ?? {}),
    onChange: () => file.touch(),
    now: of.now,
    log: of.log,
  });
  const file = new StateFile({ path, log: of.log, content: () => Object.fromEntries(cache.values()) });
  let askAgainAt = 0;
  return {
    async find(projectId) {
      try {
        const ask = async () => {
          if (of.now().getTime() < askAgainAt) throw new Error("the ledger did not answer a moment ago");
          return policyShape.parse(await findPolicy(projectId));
        };
        return (await cache.find(projectId, ask)) ?? NO_POLICY;
      } catch (error) {
        if (!(error instanceof LookupUnavailable)) throw error;
        askAgainAt = of.now().getTime() + WAIT_MS;
        return NO_POLICY;
      }
    },
    close: () => file.close(),
  };
}
