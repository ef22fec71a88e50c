import { declaredReleases } from "@voxloop/ledger";
import type { Deps } from "../deps.ts";
import { shareGap, shareOf } from "../stats/share.ts";
import { adoptionNow, adoptionOf } from "./adoption.ts";
import { firstSeenOf } from "./first-seen.ts";
import type { ReleaseHealth, ReleasesHealth } from "./health.ts";
import {
  countBlockedByRelease,
  countByRelease,
  environmentsOf,
  type ActiveRow,
  type BlockedRow,
  type JudgedReleaseScope,
} from "./health-query.ts";
import { countNewGroups } from "./new-groups.ts";
import { isOrdered, orderReleases, type Known } from "./order.ts";
import { regressedIssues } from "./regressed-issues.ts";

/** Releases with fewest customers beyond these are only counted: an app that names every build has thousands. */
const MOST_RELEASES = 50;

/** The health of each release of a range, newest first, with the course of their adoption. */
export async function describeHealth(deps: Deps, scope: JudgedReleaseScope): Promise<ReleasesHealth> {
  const { warehouse } = deps;
  const { active, oldestFirst, more } = await findReleases(deps, scope);
  const names = oldestFirst.map(({ version }) => version);
  const [healths, adoption, environments] = await Promise.all([
    measureReleases(deps, scope, { active, oldestFirst }),
    adoptionOf(warehouse, scope, names),
    environmentsOf(warehouse, scope),
  ]);
  return {
    from: scope.range.from.toISOString(),
    to: scope.range.to.toISOString(),
    environments,
    ...totalOf(active),
    items: healths.toReversed(),
    more,
    adoption,
  };
}

/** The health of one release, whatever its size, against the one before it; undefined when it was neither declared nor seen. */
export async function describeOne(
  deps: Deps,
  scope: JudgedReleaseScope,
  version: string,
): Promise<ReleaseHealth | undefined> {
  const found = await findReleases(deps, scope, version);
  const known = found.oldestFirst.find((release) => release.version === version);
  if (known === undefined || (known.declaredAt === null && known.firstSeen === null)) return undefined;
  const healths = await measureReleases(deps, scope, found);
  return healths.find((release) => release.version === version);
}

interface Found {
  active: ActiveRow[];
  oldestFirst: Known[];
}

async function findReleases(
  deps: Deps,
  scope: JudgedReleaseScope,
  asked?: string,
): Promise<Found & { more: number }> {
  const [active, declared] = await Promise.all([
    countByRelease(deps.warehouse, scope),
    declaredIn(deps, scope),
  ]);
  const { versions, more } = chooseVersions({ active, declared, asked, scope });
  return { active, more, oldestFirst: await orderVersions(deps, { scope, versions, declared }) };
}

async function measureReleases(
  { warehouse, ledger }: Deps,
  scope: JudgedReleaseScope,
  { active, oldestFirst }: Found,
): Promise<ReleaseHealth[]> {
  const names = oldestFirst.map(({ version }) => version);
  const [now, blocked, newGroups, regressed] = await Promise.all([
    adoptionNow(warehouse, scope, names),
    countBlockedByRelease(warehouse, scope),
    countNewGroups(warehouse, scope),
    regressedIssues(ledger, scope),
  ]);
  const healths = oldestFirst.map((release) =>
    healthOf(release, {
      active: active.find((row) => !row.isTotal && row.version === release.version),
      blocked: blocked.find((row) => row.version === release.version),
      now,
      newGroups: newGroups.get(release.version) ?? 0,
      regressedIssues: regressed.filter(({ version }) => version === release.version).length,
    }),
  );
  return comparePrevious(healths);
}

function totalOf(active: readonly ActiveRow[]) {
  const { customers = 0, sessions = 0 } = active.find(({ isTotal }) => isTotal) ?? {};
  return { customers, sessions };
}

async function orderVersions(
  { warehouse }: Deps,
  of: { scope: JudgedReleaseScope; versions: readonly string[]; declared: ReadonlyMap<string, string> },
): Promise<Known[]> {
  const firstSeen = await firstSeenOf(warehouse, of.scope, of.versions);
  return orderReleases(
    of.versions.map((version) => ({
      version,
      declaredAt: of.declared.get(version) ?? null,
      firstSeen: firstSeen.get(version) ?? null,
    })),
  );
}

/** When each version was first declared, for the environment asked about or for any. */
async function declaredIn(
  { ledger }: Deps,
  { projectId, environment }: JudgedReleaseScope,
): Promise<Map<string, string>> {
  const first = new Map<string, string>();
  for (const each of await declaredReleases(ledger, projectId)) {
    if (environment !== "" && !["", environment].includes(each.environment)) continue;
    const at = each.releasedAt.toISOString();
    if (at < (first.get(each.version) ?? "~")) first.set(each.version, at);
  }
  return first;
}

/** Those with most customers, and those declared within the range, which may not have any yet. */
function chooseVersions(of: {
  active: readonly ActiveRow[];
  declared: ReadonlyMap<string, string>;
  asked: string | undefined;
  scope: JudgedReleaseScope;
}): { versions: string[]; more: number } {
  const { active, declared, asked, scope } = of;
  const used = active
    .filter(({ isTotal, version }) => !isTotal && version !== "")
    .toSorted((a, b) => b.customers - a.customers || (a.version < b.version ? -1 : 1))
    .map(({ version }) => version);
  const [from, to] = [scope.range.from.toISOString(), scope.range.to.toISOString()];
  const fresh = [...declared].filter(([, at]) => at >= from && at < to).map(([version]) => version);
  const all = [...new Set([...(asked === undefined ? [] : [asked]), ...used, ...fresh])];
  return { versions: all.slice(0, MOST_RELEASES), more: Math.max(0, all.length - MOST_RELEASES) };
}

interface Facts {
  active: ActiveRow | undefined;
  blocked: BlockedRow | undefined;
  now: ReadonlyMap<string, number>;
  newGroups: number;
  regressedIssues: number;
}

function healthOf(release: Known, { active, blocked, now, ...counts }: Facts): ReleaseHealth {
  const { customers = 0, sessions = 0, errorCustomers = 0, errorSessions = 0 } = active ?? {};
  const { blockedCustomers = 0, blockedTransactions = 0 } = blocked ?? {};
  const activeNow = [...now.values()].reduce((sum, held) => sum + held, 0);
  const perThousand = (count: number) => (customers === 0 ? null : (count / customers) * 1000);
  return {
    ...release,
    isOrdered: isOrdered(release),
    adoption: shareOf(now.get(release.version) ?? 0, activeNow),
    customers,
    sessions,
    errorFreeCustomers: shareOf(customers - errorCustomers, customers),
    errorFreeSessions: shareOf(sessions - errorSessions, sessions),
    blockedCustomers,
    blockedTransactions,
    blockedPerThousand: perThousand(blockedCustomers),
    blockedTransactionsPerThousand: perThousand(blockedTransactions),
    ...counts,
    previous: null,
  };
}

/**
 * Each release with the one before it: the next older one that has sessions enough to compare with, else the next older one with
 * any. Releases without an order are compared with nothing, nor is anything with them.
 */
function comparePrevious(oldestFirst: readonly ReleaseHealth[]): ReleaseHealth[] {
  return oldestFirst.map((release, at) => {
    if (!release.isOrdered || release.sessions === 0) return release;
    const older = oldestFirst.slice(0, at).filter((each) => each.isOrdered && each.sessions > 0);
    const before = older.findLast(({ errorFreeSessions }) => !errorFreeSessions.tooFew) ?? older.at(-1);
    if (before === undefined) return release;
    const { gap, low, high } = shareGap(
      shareOf(release.errorFreeSessions.cases, release.sessions),
      shareOf(before.errorFreeSessions.cases, before.sessions),
    );
    return {
      ...release,
      previous: { version: before.version, gap, low, high, verdict: verdictOf(low, high) },
    };
  });
}

function verdictOf(low: number | null, high: number | null) {
  if (low !== null && low > 0) return "better" as const;
  return high !== null && high < 0 ? ("worse" as const) : ("unclear" as const);
}
