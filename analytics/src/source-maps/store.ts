import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants } from "node:zlib";
import { schema, type Ledger } from "@voxloop/ledger";
import { and, desc, eq, inArray, lt, sql } from "drizzle-orm";
import { Problem } from "../http/problem.ts";
import { DAY_MS, KEPT_DAYS, PROJECT_BYTES_MAX } from "./limits.ts";
import type { MapKind, StoredMap, Upload } from "./source-map.ts";

const { sourceMaps } = schema;
const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);
/** Half a second for 10 MB, and a tenth of the text. */
const QUALITY = 5;

const { id, kind, debugId, release, file, bytes, storedBytes, hash, uploadedAt, usedAt } = sourceMaps;
const columns = { id, kind, debugId, release, file, bytes, storedBytes, hash, uploadedAt, usedAt };

interface NewMap extends Omit<Upload, "debugId"> {
  projectId: string;
  debugId: string;
  /** As uploaded, unpacked. */
  text: string;
  /** What is kept of it. */
  kept: string;
  now: Date;
}

/** Stores a map; one of the same build, release and file takes the place of the former. */
export async function storeMap(ledger: Ledger, map: NewMap): Promise<StoredMap> {
  const { projectId, text, kept, now, ...key } = map;
  const params = { [constants.BROTLI_PARAM_QUALITY]: QUALITY };
  const content = await compress(kept, { params });
  await assertRoom(ledger, projectId, content.length);
  const value = {
    name: key.file.slice(key.file.lastIndexOf("/") + 1),
    content,
    storedBytes: content.length,
    bytes: Buffer.byteLength(text),
    hash: createHash("sha256").update(text).digest("hex"),
    uploadedAt: now,
    usedAt: now,
  };
  const [row] = await ledger.db
    .insert(sourceMaps)
    .values({ projectId, ...key, ...value })
    .onConflictDoUpdate({
      target: [
        sourceMaps.projectId,
        sourceMaps.kind,
        sourceMaps.debugId,
        sourceMaps.release,
        sourceMaps.file,
      ],
      set: value,
    })
    .returning(columns);
  if (row === undefined) throw new Error("A stored source map was not returned");
  return toStored(row);
}

async function assertRoom(ledger: Ledger, projectId: string, more: number): Promise<void> {
  const [stored] = await ledger.db
    .select({ bytes: sql<string>`coalesce(sum(${sourceMaps.storedBytes}), 0)` })
    .from(sourceMaps)
    .where(eq(sourceMaps.projectId, projectId));
  if (Number(stored?.bytes ?? 0) + more <= PROJECT_BYTES_MAX) return;
  throw new Problem(413, "Too large", {
    detail: `The project's source maps would take more than ${PROJECT_BYTES_MAX} bytes; delete those of old releases.`,
  });
}

/** Newest first. */
export async function listMaps(
  ledger: Ledger,
  of: { projectId: string; release?: string | undefined; offset: number; limit: number },
): Promise<StoredMap[]> {
  const ofRelease = of.release === undefined ? undefined : eq(sourceMaps.release, of.release);
  const rows = await ledger.db
    .select(columns)
    .from(sourceMaps)
    .where(and(eq(sourceMaps.projectId, of.projectId), ofRelease))
    .orderBy(desc(sourceMaps.uploadedAt), sourceMaps.id)
    .offset(of.offset)
    .limit(of.limit);
  return rows.map(toStored);
}

/** Those of a kind that built files of these names may have, the newest first. */
export async function mapsNamed(
  ledger: Ledger,
  of: { projectId: string; kind: MapKind; names: string[] },
): Promise<StoredMap[]> {
  if (of.names.length === 0) return [];
  const { projectId, kind, name } = sourceMaps;
  const rows = await ledger.db
    .select(columns)
    .from(sourceMaps)
    .where(and(eq(projectId, of.projectId), eq(kind, of.kind), inArray(name, of.names)))
    .orderBy(desc(sourceMaps.uploadedAt))
    .limit(1_000);
  return rows.map(toStored);
}

/** What was kept of a map; undefined when it was deleted meanwhile. */
export async function readMap(ledger: Ledger, id: string): Promise<string | undefined> {
  const [row] = await ledger.db
    .select({ content: sourceMaps.content })
    .from(sourceMaps)
    .where(eq(sourceMaps.id, id));
  return row === undefined ? undefined : (await decompress(row.content)).toString();
}

/** Says that a map is in use; written once a day, so that reading an error does not write each time. */
export async function touchMap(ledger: Ledger, map: StoredMap, now: Date): Promise<void> {
  if (now.getTime() - new Date(map.usedAt).getTime() < DAY_MS) return;
  await ledger.db.update(sourceMaps).set({ usedAt: now }).where(eq(sourceMaps.id, map.id));
}

/** Whether there was one to delete. */
export async function deleteMap(ledger: Ledger, of: { projectId: string; id: string }): Promise<boolean> {
  const deleted = await ledger.db
    .delete(sourceMaps)
    .where(and(eq(sourceMaps.projectId, of.projectId), eq(sourceMaps.id, of.id)))
    .returning({ id: sourceMaps.id });
  return deleted.length > 0;
}

/** Deletes what was not used for long. */
export async function deleteUnusedMaps(ledger: Ledger, now: Date): Promise<void> {
  const since = new Date(now.getTime() - KEPT_DAYS * DAY_MS);
  await ledger.db.delete(sourceMaps).where(lt(sourceMaps.usedAt, since));
}

type Row = Omit<StoredMap, "kind" | "uploadedAt" | "usedAt"> & {
  kind: string;
  uploadedAt: Date;
  usedAt: Date;
};

function toStored(row: Row): StoredMap {
  const { kind, uploadedAt, usedAt } = row;
  const times = { uploadedAt: uploadedAt.toISOString(), usedAt: usedAt.toISOString() };
  return { ...row, ...times, kind: kind === "r8" ? "r8" : "javascript" };
}
