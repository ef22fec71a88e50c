import { schema, type Ledger } from "@voxloop/ledger";
import { eq } from "drizzle-orm";
import { Problem } from "./problem.ts";

/** The project a route was asked about; one that does not exist is a Problem (404). */
export async function requireProject(
  ledger: Ledger,
  projectId: string,
): Promise<typeof schema.projects.$inferSelect> {
  const [project] = await ledger.db.select().from(schema.projects).where(eq(schema.projects.id, projectId));
  if (project === undefined) {
    throw new Problem(404, "No such thing", { detail: `There is no project ${JSON.stringify(projectId)}` });
  }
  return project;
}
