import { declaredReleases } from "@voxloop/ledger";
import type { Deps } from "../deps.ts";
import { seenReleases } from "./query.ts";
import type { Release } from "./release.ts";

const SEEN_MS = 30 * 86_400_000;

/** Releases declared and releases seen in the last 30 days as one list, newest first; of one version where it is given. */
export async function listReleases(deps: Deps, projectId: string, version?: string): Promise<Release[]> {
  const since = new Date(deps.now().getTime() - SEEN_MS);
  const [declared, seen] = await Promise.all([
    declaredReleases(deps.ledger, projectId),
    seenReleases(deps.warehouse, { projectId, since, version }),
  ]);
  const byKey = new Map<string, Release>();
  for (const each of seen) {
    byKey.set(keyOf(each), { ...each, releasedAt: each.firstSeen, declared: false });
  }
  for (const each of declared) {
    if (version !== undefined && each.version !== version) continue;
    const known = byKey.get(keyOf(each)) ?? { firstSeen: null, lastSeen: null, customers: 0 };
    byKey.set(keyOf(each), { ...known, ...each, releasedAt: each.releasedAt.toISOString(), declared: true });
  }
  return [...byKey.values()].toSorted((a, b) => b.releasedAt.localeCompare(a.releasedAt));
}

const keyOf = (of: { service: string; version: string; environment: string }): string =>
  JSON.stringify([of.service, of.version, of.environment]);
