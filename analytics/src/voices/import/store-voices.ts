import { hash } from "node:crypto";
import type { Warehouse } from "@voxloop/warehouse";
import { z } from "zod";
import { modelVersion } from "../../text/sentiment.ts";
import type { Voice } from "../voice.ts";
import type { ImportedVoice } from "./read-voice.ts";

/** Whose voices, from where, and the import they come with. */
export interface ImportTarget {
  projectId: string;
  source: string;
  layer: Voice["layer"];
  importId: string;
}

export interface ReadRow {
  row: number;
  voice: ImportedVoice;
}

/** What is stored of a voice that was imported before. */
const storedVoice = z.object({
  voiceKey: z.string(),
  contentHash: z.string(),
  time: z.iso.datetime(),
  importId: z.string(),
  row: z.number(),
});
export type StoredVoice = z.infer<typeof storedVoice>;

/** The one id that a source's id has, whatever is said under it. */
export function voiceKeyOf({ source }: Pick<ImportTarget, "source">, externalId: string): string {
  const hex = hash("sha256", `${source}\n${externalId}`);
  return hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** What tells whether a voice says the same as before. */
export function contentHashOf({ layer }: Pick<ImportTarget, "layer">, voice: ImportedVoice): string {
  const attributes = Object.entries(voice.attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return hash("sha256", JSON.stringify([layer, { ...voice, attributes }])).slice(0, 16);
}

export async function findStored(
  warehouse: Warehouse,
  projectId: string,
  keys: readonly string[],
): Promise<Map<string, StoredVoice>> {
  const rows = await warehouse.query({
    name: "find-imported-voices",
    sql: `
    SELECT toString(voice_key) AS voiceKey, content_hash AS contentHash, time, toString(import_id) AS importId, row
    FROM imported_voices_v1 FINAL
    WHERE project_id = {project: String} AND voice_key IN {keys: Array(UUID)}`,
    params: { project: projectId, keys },
    row: storedVoice,
  });
  return new Map(rows.map((row) => [row.voiceKey, row]));
}

export interface WrittenVoice extends ReadRow {
  key: string;
  hash: string;
  /** What is stored under the key, if anything. */
  stored: StoredVoice | undefined;
  text: { language: string; label: string; score: number | null };
}

/**
 * Stores new and changed voices. Safe to repeat after a stop at any line: a voice without an entry in the register is stored
 * again under the same id and time, where it replaces itself, and the register is written last.
 */
export async function storeVoices(
  warehouse: Warehouse,
  target: ImportTarget,
  { voices, now }: { voices: readonly WrittenVoice[]; now: Date },
): Promise<void> {
  const at = now.toISOString();
  for (const rows of byMonths(voices, MONTHS_MAX)) {
    await warehouse.insert(
      "voices_v1",
      rows.map((one) => voiceRow(one, target, at)),
    );
  }
  await deleteMoved(warehouse, target.projectId, voices);
  await registerVoices(warehouse, target, { voices, now });
}

/** The register says of each voice which import met it last and in which row, so that a file that says two things is caught. */
export async function registerVoices(
  warehouse: Warehouse,
  { projectId, importId }: ImportTarget,
  { voices, now }: { voices: readonly Pick<WrittenVoice, "row" | "key" | "hash" | "voice">[]; now: Date },
): Promise<void> {
  const rows = voices.map(({ row, key, hash, voice }) => ({
    project_id: projectId,
    voice_key: key,
    content_hash: hash,
    time: voice.time.toISOString(),
    import_id: importId,
    row,
    imported_at: now.toISOString(),
  }));
  await warehouse.insert("imported_voices_v1", rows);
}

/** A voice whose time has changed would be there twice: a time is part of the key that replaces. */
async function deleteMoved(
  warehouse: Warehouse,
  projectId: string,
  voices: readonly WrittenVoice[],
): Promise<void> {
  const moved = voices.filter(({ stored, voice }) => stored && stored.time !== voice.time.toISOString());
  if (moved.length === 0) return;
  const times = moved.map(({ stored }) => Date.parse(stored?.time ?? ""));
  await warehouse.deleteRows(
    "voices_v1",
    `project_id = {project: String} AND time >= {first: DateTime64(3, 'UTC')} AND time <= {last: DateTime64(3, 'UTC')}
      AND has(arrayZip({ids: Array(String)}, {times: Array(Int64)}), (voice_id, toUnixTimestamp64Milli(time)))`,
    {
      project: projectId,
      first: new Date(Math.min(...times)),
      last: new Date(Math.max(...times)),
      ids: moved.map(({ key }) => key),
      times,
    },
  );
}

/** ClickHouse refuses an insert into more than 100 partitions, of which voices have one a month. */
const MONTHS_MAX = 90;

function byMonths(voices: readonly WrittenVoice[], most: number): WrittenVoice[][] {
  const months = Map.groupBy(voices, ({ voice }) => voice.time.toISOString().slice(0, 7));
  const groups = [...months.values()];
  return Array.from({ length: Math.ceil(groups.length / most) }, (_, index) =>
    groups.slice(index * most, (index + 1) * most).flat(),
  );
}

function voiceRow({ voice, key, text }: WrittenVoice, target: ImportTarget, scoredAt: string): object {
  return {
    project_id: target.projectId,
    time: voice.time.toISOString(),
    voice_id: key,
    layer: target.layer,
    customer_id: voice.customerId,
    session_id: "",
    survey_id: "",
    survey_kind: voice.kind,
    score: voice.score,
    comment: voice.comment,
    flow: voice.flow,
    page: voice.page,
    service_version: voice.release,
    channel: voice.channel,
    language: text.language,
    sentiment_label: text.label,
    sentiment_score: text.score,
    model_version: modelVersion(),
    scored_at: scoredAt,
    source: target.source,
    external_id: voice.externalId,
    attributes: voice.attributes,
  };
}
