import type { Deps } from "../deps.ts";
import { announce } from "./announce.ts";
import type { Issue, IssueChange } from "./issue.ts";
import { assertFresh, findIssue, updateIssue, type IssueKey } from "./lock.ts";
import { toIssue, writeTimeline, type IssueRow } from "./row.ts";

/** Changes owner, severity, due date or title; the timeline tells each from what to what. A stale version is answered 409. */
export async function changeIssue(
  deps: Deps,
  { actor, change, ...key }: IssueKey & { actor: string; change: IssueChange },
): Promise<Issue> {
  const row = await findIssue(deps.ledger.db, key);
  assertFresh(row, change.version);
  const { set, changes } = diff(row, change);
  if (Object.keys(changes).length === 0) return toIssue(row);
  const at = deps.now();
  const next = await deps.ledger.db.transaction(async (tx) => {
    const changed = await updateIssue(tx, row, { ...set, updatedAt: at });
    await announce(tx, deps, { row: changed, at, actor, kind: "changed", data: { changes } });
    return changed;
  });
  return toIssue(next);
}

function diff(row: IssueRow, { owner, severity, dueAt, title }: IssueChange) {
  const before = toIssue(row);
  const wanted = Object.entries({ owner, severity, dueAt, title }).filter(
    ([field, to]) => to !== undefined && to !== before[field as keyof Issue],
  );
  const changes = Object.fromEntries(
    wanted.map(([field, to]) => [field, { from: before[field as keyof Issue], to }]),
  );
  const set = Object.fromEntries(
    wanted.map(([field, to]) => [field, field === "dueAt" && typeof to === "string" ? new Date(to) : to]),
  );
  return { set, changes };
}

/** Adds a comment; it does not count the version up, so that talking never makes somebody's edit stale. */
export async function commentIssue(
  deps: Deps,
  { actor, text, ...key }: IssueKey & { actor: string; text: string },
): Promise<Issue> {
  const row = await findIssue(deps.ledger.db, key);
  const entry = { issueId: row.id, at: deps.now(), actor, kind: "comment" as const, data: { text } };
  await writeTimeline(deps.ledger.db, entry);
  return toIssue(row);
}
