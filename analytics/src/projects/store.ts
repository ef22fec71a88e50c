import { schema, type Ledger } from "@voxloop/ledger";
import { eq } from "drizzle-orm";
import { renewConfig } from "../prompts/published-config.ts";
import type { Project, ProjectChange } from "./project.ts";

const { projects } = schema;

/** All projects, or the one a token is bound to; oldest first. */
export async function listProjects(ledger: Ledger, only: string | null): Promise<Project[]> {
  const rows = await ledger.db
    .select()
    .from(projects)
    .where(only === null ? undefined : eq(projects.id, only))
    .orderBy(projects.createdAt, projects.id);
  return rows.map(toProject);
}

/** Changes what is given and gives the project as it is then; apps get a changed sample rate with their remote config. */
export async function changeProject(
  ledger: Ledger,
  { id, now }: { id: string; now: Date },
  change: ProjectChange,
): Promise<Project> {
  return ledger.db.transaction(async (tx) => {
    // The id stays what it is; naming it makes an empty change an UPDATE too.
    const [row] = await tx
      .update(projects)
      .set({ ...change, id })
      .where(eq(projects.id, id))
      .returning();
    if (row === undefined) throw new Error(`the project ${id} vanished while it was changed`);
    if (change.sampleRate !== undefined) await renewConfig(tx, id, now);
    return toProject(row);
  });
}

export function toProject(row: typeof projects.$inferSelect): Project {
  return { ...row, createdAt: row.createdAt.toISOString() };
}
