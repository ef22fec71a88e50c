import type { Deps } from "../../deps.ts";
import { Problem } from "../../http/problem.ts";
import { decide, findRows, lockGroups, membersOf, noteChange, type GroupRow, type Tx } from "./row.ts";
import { assertKnown } from "./names.ts";
import { tellWarehouse } from "./tell.ts";

interface Merge {
  projectId: string;
  into: string;
  fingerprints: readonly string[];
  actor: string;
}

/**
 * Puts groups into another: their past and future events count as its own. Gives every fingerprint that moved, by the group
 * that it moved from, for the one who wants it undone. Throws a Problem: 404 for a group that was never seen, 409 for one
 * that is merged, discarded or the other itself.
 */
export async function mergeGroups(deps: Deps, merge: Merge): Promise<Record<string, string[]>> {
  const { projectId, into, actor } = merge;
  const fingerprints = [...new Set(merge.fingerprints)];
  await assertKnown(deps.warehouse, projectId, [into, ...fingerprints]);
  const moved = await deps.ledger.db.transaction(async (tx) => {
    await lockGroups(tx, projectId);
    const rows = await findRows(tx, { projectId, fingerprints: [into, ...fingerprints] });
    assertMergeable([into, ...fingerprints], rows);
    const from: Record<string, string[]> = {};
    for (const fingerprint of fingerprints)
      from[fingerprint] = [fingerprint, ...(await membersOf(tx, { projectId, fingerprints: [fingerprint] }))];
    const write = { projectId, actor, at: deps.now() };
    await move(tx, { ...write, fingerprints: Object.values(from).flat(), into });
    await noteChange(tx, { projectId, fingerprint: into }, { ...write, kind: "merged", data: { from } });
    return from;
  });
  await tellWarehouse(deps);
  return moved;
}

function assertMergeable([into, ...others]: string[], rows: Map<string, GroupRow>): void {
  if (others.includes(into ?? "")) throw conflict("A group cannot be merged into itself.");
  for (const fingerprint of [into ?? "", ...others]) {
    const row = rows.get(fingerprint);
    if (row?.mergedInto) throw conflict(`${fingerprint} is part of the group ${row.mergedInto} already.`);
    if (row?.isDiscarded) throw conflict(`${fingerprint} is discarded; stop discarding it first.`);
  }
}

/** Takes members out of their group again; together they are a group, named by the first. Throws a Problem (409) for one that is none of it. */
export async function unmergeGroup(deps: Deps, { into: group, ...of }: Merge): Promise<void> {
  const { projectId, actor } = of;
  const fingerprints = [...new Set(of.fingerprints)];
  await deps.ledger.db.transaction(async (tx) => {
    await lockGroups(tx, projectId);
    const rows = await findRows(tx, { projectId, fingerprints });
    const stranger = fingerprints.find((fingerprint) => rows.get(fingerprint)?.mergedInto !== group);
    if (stranger !== undefined) throw conflict(`${stranger} is not merged into ${group}.`);
    const [head = "", ...others] = fingerprints;
    const write = { projectId, actor, at: deps.now() };
    await move(tx, { ...write, fingerprints: [head], into: null });
    await move(tx, { ...write, fingerprints: others, into: head });
    const data = { fingerprints };
    await noteChange(tx, { projectId, fingerprint: group }, { ...write, kind: "unmerged", data });
  });
  await tellWarehouse(deps);
}

async function move(
  tx: Tx,
  of: { projectId: string; fingerprints: string[]; into: string | null; at: Date; actor: string },
): Promise<void> {
  const { projectId, into } = of;
  const rows = await findRows(tx, of);
  for (const fingerprint of of.fingerprints) {
    const revision = (rows.get(fingerprint)?.revision ?? 0) + 1;
    await decide(tx, { projectId, fingerprint }, { ...of, decision: { mergedInto: into, revision } });
  }
}

const conflict = (detail: string) => new Problem(409, "Not possible", { detail });
