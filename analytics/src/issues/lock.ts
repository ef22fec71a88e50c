import { schema } from "@voxloop/ledger";
import { and, eq } from "drizzle-orm";
import { Problem } from "../http/problem.ts";
import { toIssue, type IssueRow, type Tx } from "./row.ts";

export interface IssueKey {
  projectId: string;
  id: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** One issue of a project, or 404. */
export async function findIssue(db: Pick<Tx, "select">, { projectId, id }: IssueKey): Promise<IssueRow> {
  const [row] = UUID.test(id)
    ? await db
        .select()
        .from(schema.issues)
        .where(and(eq(schema.issues.projectId, projectId), eq(schema.issues.id, id)))
    : [];
  if (row === undefined) throw new Problem(404, "No such issue", { detail: `There is no issue ${id} here.` });
  return row;
}

/** Refuses a write that was made on an older version, with the issue as it is now. */
export function assertFresh(row: IssueRow, version: number): void {
  if (row.version === version) return;
  throw new Problem(409, "The issue has changed", {
    detail: `You have version ${version}; version ${row.version} is current.`,
    current: toIssue(row),
  });
}

/** Writes and counts the version up, unless somebody else wrote since `row` was read: then 409 with the issue as it is now. */
export async function updateIssue(
  tx: Tx,
  row: IssueRow,
  set: Partial<typeof schema.issues.$inferInsert> & { updatedAt: Date },
): Promise<IssueRow> {
  const [next] = await tx
    .update(schema.issues)
    .set({ ...set, version: row.version + 1 })
    .where(and(eq(schema.issues.id, row.id), eq(schema.issues.version, row.version)))
    .returning();
  if (next !== undefined) return next;
  const current = await findIssue(tx, row);
  assertFresh(current, row.version);
  throw new Error(`Issue ${row.id} refused a write on its current version`);
}
