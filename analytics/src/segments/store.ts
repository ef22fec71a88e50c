import { schema, type Ledger, type LedgerDatabase } from "@voxloop/ledger";
import { and, asc, count, eq } from "drizzle-orm";
import { segmentDefinition } from "../filters/segment.ts";
import { Problem } from "../http/problem.ts";
import type { NewSegment, SavedSegment, SegmentChange } from "./segment.ts";

const { projects, segments } = schema;
type Row = typeof segments.$inferSelect;
type Tx = Parameters<Parameters<LedgerDatabase["transaction"]>[0]>[0];

interface SegmentKey {
  projectId: string;
  id: string;
}
interface By {
  actor: string;
  now: Date;
}

/** Lists and pickers show them all. */
const MOST_SEGMENTS = 200;

/** A project's segments, the oldest first. */
export async function listSegments(ledger: Ledger, projectId: string): Promise<SavedSegment[]> {
  const rows = await ledger.db
    .select()
    .from(segments)
    .where(eq(segments.projectId, projectId))
    .orderBy(asc(segments.createdAt), asc(segments.id));
  return rows.map(toSegment);
}

export async function readSegment(ledger: Ledger, key: SegmentKey): Promise<SavedSegment> {
  return toSegment(await findRow(ledger.db, key));
}

/** Saves a new one; 409 when a name is taken or the project has as many as it may. */
export async function createSegment(
  ledger: Ledger,
  { projectId, name, definition, actor, now }: NewSegment & By & { projectId: string },
): Promise<SavedSegment> {
  return ledger.db.transaction(async (tx) => {
    await lockSegments(tx, projectId);
    const [all] = await tx
      .select({ segments: count() })
      .from(segments)
      .where(eq(segments.projectId, projectId));
    if ((all?.segments ?? 0) >= MOST_SEGMENTS)
      throw new Problem(409, "Too many", { detail: `A project has at most ${MOST_SEGMENTS} segments.` });
    await assertNames(tx, projectId, { name });
    const made = { createdAt: now, createdBy: actor, updatedAt: now, updatedBy: actor };
    const [row] = await tx
      .insert(segments)
      .values({ projectId, ...columnsOf(name), definition, ...made })
      .returning();
    if (row === undefined) throw new Error("The ledger returned no row for the segment it inserted");
    return toSegment(row);
  });
}

/** Changes what is given; 409 with the segment as it is now when it was changed since `version`, or when a name is taken. */
export async function changeSegment(
  ledger: Ledger,
  { change, actor, now, ...key }: SegmentKey & By & { change: SegmentChange },
): Promise<SavedSegment> {
  return ledger.db.transaction(async (tx) => {
    await lockSegments(tx, key.projectId);
    const current = await findRow(tx, key);
    if (current.version !== change.version)
      throw new Problem(409, "The segment has changed", {
        detail: `You have version ${change.version}; version ${current.version} is current.`,
        current: toSegment(current),
      });
    const { name, definition } = change;
    if (name !== undefined) await assertNames(tx, key.projectId, { name, but: key.id });
    const [row] = await tx
      .update(segments)
      .set({
        ...(name !== undefined && columnsOf(name)),
        ...(definition !== undefined && { definition }),
        version: current.version + 1,
        updatedAt: now,
        updatedBy: actor,
      })
      .where(eq(segments.id, key.id))
      .returning();
    if (row === undefined) throw new Error(`The segment ${key.id} was lost while it was changed`);
    return toSegment(row);
  });
}

/** Deletes a segment. Nothing is made of it but reports on request, which then say that it is not there. */
export async function deleteSegment(ledger: Ledger, key: SegmentKey): Promise<void> {
  const rows = await ledger.db.delete(segments).where(isSegment(key)).returning({ id: segments.id });
  if (rows.length === 0) throw noSuchSegment(key.id);
}

const isSegment = ({ projectId, id }: SegmentKey) =>
  and(eq(segments.projectId, projectId), eq(segments.id, id));

async function findRow(db: Pick<Tx, "select">, key: SegmentKey): Promise<Row> {
  const [row] = await db.select().from(segments).where(isSegment(key));
  if (row === undefined) throw noSuchSegment(key.id);
  return row;
}

const noSuchSegment = (id: string) =>
  new Problem(404, "No such thing", { detail: `There is no segment ${JSON.stringify(id)}` });

/** Of two changes at a time, the later one sees the earlier. */
async function lockSegments(tx: Tx, projectId: string): Promise<void> {
  await tx.select({ id: projects.id }).from(projects).where(eq(projects.id, projectId)).for("no key update");
}

/** Refuses a name, in either case, that another segment of the project has. */
async function assertNames(
  tx: Tx,
  projectId: string,
  { name, but }: { name: NewSegment["name"]; but?: string },
): Promise<void> {
  const rows = await tx.select().from(segments).where(eq(segments.projectId, projectId));
  const others = rows.filter(({ id }) => id !== but).map(toSegment);
  for (const language of ["zh-CN", "en"] as const) {
    const wanted = name[language].toLowerCase();
    if (!others.some((other) => other.name[language].toLowerCase() === wanted)) continue;
    const [field, reason] = [`name.${language}`, "another segment is called so"];
    throw new Problem(409, "The name is taken", {
      detail: `${field}: ${reason}`,
      errors: [{ field, reason }],
    });
  }
}

const columnsOf = (name: NewSegment["name"]) => ({ nameZh: name["zh-CN"], nameEn: name.en });

function toSegment(row: Row): SavedSegment {
  const { id, nameZh, nameEn, version, createdAt, createdBy, updatedAt, updatedBy } = row;
  return {
    id,
    name: { "zh-CN": nameZh, en: nameEn },
    definition: segmentDefinition.parse(row.definition),
    version,
    createdAt: createdAt.toISOString(),
    createdBy,
    updatedAt: updatedAt.toISOString(),
    updatedBy,
  };
}
