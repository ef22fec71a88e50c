import { GROUPED_ERRORS } from "@voxloop/warehouse";
import { z } from "zod";
import type { Deps } from "../../deps.ts";
import { assertOwn } from "./archive.ts";
import { assertKnown, describeMembers } from "./names.ts";
import { decide, findRows, hiddenRows, lockGroups, membersOf, noteChange, type GroupKey } from "./row.ts";

/**
 * Deletes a group's events and has collectors store no more of them, from seconds later on. Failed transactions stay as
 * failed ones: without them success would look better than it is. Throws a Problem: 404, or 409 for a merged one.
 */
export async function discardGroup(
  deps: Deps,
  { actor, ...key }: GroupKey & { actor: string },
): Promise<void> {
  await assertKnown(deps.warehouse, key.projectId, [key.fingerprint]);
  const [named] = await describeMembers(deps.warehouse, key.projectId, [key.fingerprint]);
  const at = deps.now();
  await deps.ledger.db.transaction(async (tx) => {
    await lockGroups(tx, key.projectId);
    assertOwn(await findRows(tx, { ...key, fingerprints: [key.fingerprint] }), key);
    const decision = { isDiscarded: true, archive: null, title: named?.title ?? "" };
    await decide(tx, key, { at, actor, decision });
    await noteChange(tx, key, { at, actor, kind: "discarded", data: {} });
  });
  await deleteDiscarded(deps, key.projectId);
}

/** Has collectors store a group's events again; those that were deleted are gone. */
export async function keepGroup(
  deps: Pick<Deps, "ledger" | "now">,
  { actor, ...key }: GroupKey & { actor: string },
): Promise<void> {
  const at = deps.now();
  await deps.ledger.db.transaction(async (tx) => {
    await lockGroups(tx, key.projectId);
    const row = (await findRows(tx, { ...key, fingerprints: [key.fingerprint] })).get(key.fingerprint);
    if (!row?.isDiscarded) return;
    await decide(tx, key, { at, actor, decision: { isDiscarded: false } });
    await noteChange(tx, key, { at, actor, kind: "kept", data: {} });
  });
}

/**
 * Deletes what is stored of discarded groups: what was there, what came in before collectors knew, and what they cannot know
 * because an older algorithm named the group. Safe to run twice, because what is deleted is not found again.
 */
export async function deleteDiscarded(
  { ledger, warehouse }: Pick<Deps, "ledger" | "warehouse">,
  projectId: string,
): Promise<void> {
  const heads = (await hiddenRows(ledger, projectId))
    .filter(({ isDiscarded }) => isDiscarded)
    .map(({ fingerprint }) => fingerprint);
  if (heads.length === 0) return;
  const members = await membersOf(ledger.db, { projectId, fingerprints: heads });
  const params = { project: projectId, fingerprints: [...heads, ...members] };
  const sql = `
  SELECT count() AS events FROM ${GROUPED_ERRORS} WHERE fingerprint IN {fingerprints: Array(String)}`;
  const row = z.object({ events: z.number() });
  const [found] = await warehouse.query({ name: "count-discarded", sql, params, row });
  if (found === undefined || found.events === 0) return;
  const theirs = "project_id = {project: String} AND fingerprint IN {fingerprints: Array(String)}";
  // The events first: their errors tell which they are.
  await warehouse.deleteRows(
    "events_v1",
    `project_id = {project: String} AND event_name != 'vox.transaction'
      AND event_id IN (SELECT event_id FROM error_events_v1{local} WHERE ${theirs})`,
    params,
  );
  await warehouse.deleteRows("error_events_v1", theirs, params);
}
