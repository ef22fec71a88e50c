import type { Deps } from "../../deps.ts";
import { Problem } from "../../http/problem.ts";
import { countTrend } from "../../stats/count-trend.ts";
import { busiestDay, customersSince } from "./archive-query.ts";
import { archive as archiveShape, type Archive, type Archiving } from "./group.ts";
import { assertKnown, describeMembers } from "./names.ts";
import { decide, findRows, hiddenRows, lockGroups, noteChange, type GroupKey, type GroupRow } from "./row.ts";

const DAY_MS = 86_400_000;
const BASELINE_DAYS = 14;

/** Takes a group out of the list until what was asked for happens. Throws a Problem: 404, or 409 for a merged or discarded one. */
export async function archiveGroup(
  deps: Deps,
  { actor, archiving, ...key }: GroupKey & { actor: string; archiving: Archiving },
): Promise<void> {
  await assertKnown(deps.warehouse, key.projectId, [key.fingerprint]);
  const at = deps.now();
  const since = new Date(at.getTime() - BASELINE_DAYS * DAY_MS);
  const archive: Archive = {
    ...archiving,
    at: at.toISOString(),
    by: actor,
    busiestDay: await busiestDay(deps.warehouse, { ...key, since, until: at }),
  };
  const [named] = await describeMembers(deps.warehouse, key.projectId, [key.fingerprint]);
  await deps.ledger.db.transaction(async (tx) => {
    await lockGroups(tx, key.projectId);
    assertOwn(await findRows(tx, { ...key, fingerprints: [key.fingerprint] }), key);
    await decide(tx, key, { at, actor, decision: { archive, title: named?.title ?? "" } });
    await noteChange(tx, key, { at, actor, kind: "archived", data: archive });
  });
}

/** Only a group of its own can be decided about. */
export function assertOwn(rows: Map<string, GroupRow>, { fingerprint }: GroupKey): void {
  const row = rows.get(fingerprint);
  const detail = row?.mergedInto
    ? `It is part of the group ${row.mergedInto}.`
    : row?.isDiscarded && "It is discarded.";
  if (detail) throw new Problem(409, "Not possible", { detail });
}

/** Puts a group back into the list; nothing happens to one that is there. */
export async function listGroup(
  deps: Pick<Deps, "ledger" | "now">,
  { actor, reason, ...key }: GroupKey & { actor: string; reason?: Record<string, unknown> },
): Promise<void> {
  const at = deps.now();
  await deps.ledger.db.transaction(async (tx) => {
    await lockGroups(tx, key.projectId);
    const row = (await findRows(tx, { ...key, fingerprints: [key.fingerprint] })).get(key.fingerprint);
    if (row === undefined || row.archive === null) return;
    await decide(tx, key, { at, actor, decision: { archive: null } });
    await noteChange(tx, key, { at, actor, kind: "listed", data: reason ?? {} });
  });
}

/** Fewer customers a day are too few to be sure of anything. */
const FEWEST_CUSTOMERS = 10;
/** How much more than the busiest day it must be, for certain. */
const ESCALATION = 1.5;

/** Puts archived groups back into the list for which it is time. Safe to run twice, because only an archived group is put back. */
export async function wakeArchived(deps: Deps, projectId: string): Promise<void> {
  const archived = (await hiddenRows(deps.ledger, projectId)).filter(({ isDiscarded }) => !isDiscarded);
  for (const { fingerprint, archive } of archived) {
    const reason = await reasonToWake(deps, { projectId, fingerprint }, archiveShape.parse(archive));
    if (reason !== undefined)
      await listGroup(deps, { projectId, fingerprint, actor: "job:keep-groups", reason });
  }
}

async function reasonToWake({ warehouse, now }: Deps, key: GroupKey, archive: Archive) {
  const until = now();
  if (archive.until === "forever") return undefined;
  if (archive.until === "customers") {
    const customers = await customersSince(warehouse, { ...key, since: new Date(archive.at), until });
    return customers >= archive.customers ? { customers, of: archive.customers } : undefined;
  }
  const dayAgo = new Date(until.getTime() - DAY_MS);
  const customers = await customersSince(warehouse, { ...key, since: dayAgo, until });
  if (customers < FEWEST_CUSTOMERS) return undefined;
  const { low } = countTrend(customers, Math.max(1, archive.busiestDay));
  return low !== null && low > ESCALATION ? { customers, busiestDay: archive.busiestDay } : undefined;
}
