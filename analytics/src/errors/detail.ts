import { schema, type Ledger } from "@voxloop/ledger";
import type { Warehouse } from "@voxloop/warehouse";
import { and, eq, inArray } from "drizzle-orm";
import { ATTR } from "@voxloop/contract";
import type { Deps } from "../deps.ts";
import { toConditions, type EventWhere } from "../filters/event-filter.ts";
import { funnelDefinition } from "../funnels/funnel.ts";
import { incidentsOf } from "./linked-issues.ts";
import { lifeOf, releasesOf, samplesOf, seriesOf, voicesOf } from "./detail-query.ts";
import { countTrend } from "../stats/count-trend.ts";
import type { ErrorDetail } from "./error-group.ts";
import { describeHeads } from "./heads.ts";
import { placeOf } from "./place.ts";
import { emptySparkline, rankErrors, type RankedError, type RankQuestion } from "./query.ts";
import { describeErrors } from "./report.ts";
import type { Symbolicate } from "../source-maps/symbolicate.ts";
import type { ErrorScope } from "./scope.ts";
import { segmentsOf } from "./segments.ts";
import { traceUrlOf } from "./trace-url.ts";

/** One group in depth, or undefined when the project never had it. */
export async function describeError(
  deps: Pick<Deps, "warehouse" | "ledger"> & { symbolicate: Symbolicate },
  of: { scope: Omit<RankQuestion, "fingerprints">; traceUrlTemplate: string | null },
  fingerprint: string,
): Promise<ErrorDetail | undefined> {
  const { warehouse, ledger } = deps;
  const { scope, traceUrlTemplate } = of;
  const ranked = await findGroup(warehouse, scope, fingerprint);
  if (ranked === undefined) return undefined;
  const own = { ...scope, fingerprints: [fingerprint] };
  const [groups, series, segments, samples, voices, funnels, releases, incidents] = await Promise.all([
    describeErrors(deps, scope, [ranked]),
    seriesOf(warehouse, own),
    segmentsOf(warehouse, own),
    samplesOf(warehouse, own),
    voicesOf(warehouse, own),
    funnelsOf(ledger, scope.projectId, ranked.flow),
    releasesOf(warehouse, own, ranked.flow),
    incidentsOf(ledger, scope, fingerprint),
  ]);
  const [group] = groups;
  if (group === undefined) throw new Error(`The group ${fingerprint} was lost while it was described`);
  const frames = await deps.symbolicate(scope.projectId, samples);
  return {
    group,
    series,
    segments,
    samples: samples.map((sample, index) => ({
      ...sample,
      traceUrl: traceUrlOf(traceUrlTemplate, sample),
      frames: frames[index] ?? null,
    })),
    voices,
    funnels,
    releases: await datedReleases(ledger, scope.projectId, releases),
    incidents,
  };
}

async function findGroup(
  warehouse: Warehouse,
  scope: RankQuestion,
  fingerprint: string,
): Promise<RankedError | undefined> {
  const [alone, place] = await Promise.all([
    rankErrors(warehouse, { ...scope, hidden: [], fingerprints: [fingerprint] }),
    placeOf(warehouse, scope, fingerprint),
  ]);
  const [group] = alone.groups;
  if (group === undefined) return quietGroup(warehouse, scope, fingerprint);
  const blockedShare = group.blockedCustomers / Math.max(1, place.blockedCustomers);
  return { ...group, rank: place.rank, blockedShare };
}

/** A group without events in the range, so that a link to it still leads somewhere. */
async function quietGroup(
  warehouse: Warehouse,
  { projectId, recoveryWindowSeconds }: ErrorScope,
  fingerprint: string,
): Promise<RankedError | undefined> {
  const life = await lifeOf(warehouse, projectId, fingerprint);
  if (life === undefined) return undefined;
  const range = { from: new Date(life.firstSeen), to: new Date(new Date(life.lastSeen).getTime() + 1) };
  const scope = { projectId, range, filter: {}, recoveryWindowSeconds, fingerprints: [fingerprint] };
  const last = {
    fingerprint,
    lastSeen: life.lastSeen,
    lastInFlow: life.lastSeen,
    lastOwn: life.lastOwn ?? life.lastSeen,
  };
  const head = (await describeHeads(warehouse, scope, [last])).get(fingerprint);
  if (head === undefined) return undefined;
  return {
    ...head,
    fingerprint,
    rank: 0,
    customers: 0,
    blockedCustomers: 0,
    blockedTransactions: 0,
    events: 0,
    blockedShare: 0,
    previousBlockedCustomers: 0,
    previousCustomers: 0,
    lastSeen: life.lastSeen,
    trend: countTrend(0, 0),
    sparkline: emptySparkline(),
    state: "ongoing",
    releases: [],
  };
}

/** Saved funnels with a step in the flow. */
async function funnelsOf(ledger: Ledger, projectId: string, flow: string): Promise<ErrorDetail["funnels"]> {
  if (flow === "") return [];
  const rows = await ledger.db.select().from(schema.funnels).where(eq(schema.funnels.projectId, projectId));
  return rows
    .filter(({ definition }) => {
      const steps = funnelDefinition.safeParse(definition).data?.steps ?? [];
      return steps.some(({ where = [] }) => namesFlow(where, flow));
    })
    .map(({ id, name }) => ({ id, name }));
}

/** Whether conditions ask for the flow by its name: that a regex or a "not" would let it pass says little. */
function namesFlow(where: EventWhere, flow: string): boolean {
  return toConditions(where).some(
    (one) =>
      (one.property === ATTR.flow || one.property === "flow") &&
      ((one.operator === "=" && one.value === flow) || (one.operator === "in" && one.value.includes(flow))),
  );
}

/** The time a release was announced is better than the time it was first seen. */
async function datedReleases(
  ledger: Ledger,
  projectId: string,
  seen: readonly { version: string; firstSeen: string }[],
): Promise<ErrorDetail["releases"]> {
  if (seen.length === 0) return [];
  const { releases } = schema;
  const versions = seen.map(({ version }) => version);
  const rows = await ledger.db
    .select({ version: releases.version, releasedAt: releases.releasedAt })
    .from(releases)
    .where(and(eq(releases.projectId, projectId), inArray(releases.version, versions)));
  const announced = new Map(rows.map(({ version, releasedAt }) => [version, releasedAt.toISOString()]));
  return seen.map(({ version, firstSeen }) => ({
    version,
    releasedAt: announced.get(version) ?? firstSeen,
  }));
}
