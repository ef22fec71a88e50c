import { schema, type Ledger } from "@voxloop/ledger";
import { and, asc, eq } from "drizzle-orm";
import { funnelDefinition, type FunnelChange, type SavedFunnel } from "./funnel.ts";

const { funnels } = schema;
type Row = typeof funnels.$inferSelect;

const isFunnel = (projectId: string, id: string) => and(eq(funnels.projectId, projectId), eq(funnels.id, id));

/** A project's saved funnels, by name. */
export async function listFunnels(ledger: Ledger, projectId: string): Promise<SavedFunnel[]> {
  const rows = await ledger.db
    .select()
    .from(funnels)
    .where(eq(funnels.projectId, projectId))
    .orderBy(asc(funnels.name), asc(funnels.createdAt));
  return rows.map(toFunnel);
}

export async function readFunnel(
  ledger: Ledger,
  projectId: string,
  id: string,
): Promise<SavedFunnel | undefined> {
  const [row] = await ledger.db.select().from(funnels).where(isFunnel(projectId, id));
  return row && toFunnel(row);
}

export async function createFunnel(
  ledger: Ledger,
  of: FunnelChange & { projectId: string; at: Date },
): Promise<SavedFunnel> {
  const { at, ...values } = of;
  const [row] = await ledger.db
    .insert(funnels)
    .values({ ...values, createdAt: at, updatedAt: at })
    .returning();
  if (row === undefined) throw new Error("The ledger returned no row for the funnel it inserted");
  return toFunnel(row);
}

/** Replaces name and definition; undefined when there is no such funnel. */
export async function replaceFunnel(
  ledger: Ledger,
  of: FunnelChange & { projectId: string; id: string; at: Date },
): Promise<SavedFunnel | undefined> {
  const { name, definition, at } = of;
  const [row] = await ledger.db
    .update(funnels)
    .set({ name, definition, updatedAt: at })
    .where(isFunnel(of.projectId, of.id))
    .returning();
  return row && toFunnel(row);
}

/** Whether there was one to delete. */
export async function deleteFunnel(ledger: Ledger, projectId: string, id: string): Promise<boolean> {
  const rows = await ledger.db.delete(funnels).where(isFunnel(projectId, id)).returning();
  return rows.length > 0;
}

function toFunnel({ id, name, definition, updatedAt }: Row): SavedFunnel {
  return { id, name, definition: funnelDefinition.parse(definition), updatedAt: updatedAt.toISOString() };
}
