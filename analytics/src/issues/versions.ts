import { releaseOrder } from "@voxloop/ledger";
import type { Deps } from "../deps.ts";
import { isReleaseOrLater } from "../releases/version.ts";
import { exposedVersions, type FlowScope } from "./arms-query.ts";

export interface Versions {
  fixed: string[];
  older: string[];
  /** When the flow was first seen on an older release, in the time asked about. */
  firstOlder: Date | undefined;
}

/** The releases customers used a flow on, by whether they have the fix of `version`. */
export async function splitVersions(
  deps: Deps,
  of: { scope: FlowScope; version: string; since: Date; until: Date },
): Promise<Versions> {
  const { scope, since, until } = of;
  const [seen, order] = await Promise.all([
    exposedVersions(deps.warehouse, { ...scope, since, until }),
    releaseOrder(deps.ledger, scope.projectId),
  ]);
  const isFixed = (version: string) => isReleaseOrLater(version, of.version, order);
  const older = seen.filter(({ version }) => !isFixed(version));
  return {
    fixed: seen.filter(({ version }) => isFixed(version)).map(({ version }) => version),
    older: older.map(({ version }) => version),
    firstOlder: older[0] && new Date(older[0].firstSeen),
  };
}
