import { randomUUID } from "node:crypto";
import { createRedactor } from "@voxloop/warehouse";
import type { Deps } from "../../deps.ts";
import { Problem } from "../../http/problem.ts";
import { assertMapped, planImport, refusal, type ImportChoices, type ImportPlan } from "./import-plan.ts";
import { ImportRun, pause } from "./import-run.ts";
import { openFile } from "./open-file.ts";
import { readVoice, type ReadContext } from "./read-voice.ts";
import { BrokenFile, type ImportFile, type ImportRecord } from "./record.ts";
import type { ReadRow } from "./store-voices.ts";
import { IMPORT_LIMITS, type ImportEncoding, type ImportResult } from "./voice-import.ts";

interface ImportRequest extends ImportChoices {
  project: { id: string; timeZone: string };
  bytes: AsyncIterable<Uint8Array>;
  contentType: string | undefined;
  encoding?: ImportEncoding | undefined;
  importId?: string | undefined;
  firstRow?: number | undefined;
  dryRun: boolean;
}

const CHUNK_ROWS = 5_000;
/** Characters of a chunk's comments: long ones make it shorter. */
const CHUNK_CHARACTERS = 4 * 2 ** 20;

/**
 * Imports the voices of a file as it arrives. What it answers is stored; a row that could not be is named with its reason, and
 * sending the file again stores nothing twice. Throws a Problem for a file of which nothing can be read.
 */
export async function importVoices(deps: Deps, request: ImportRequest): Promise<ImportResult> {
  const file = await openFile(request).catch((error: unknown) => {
    throw error instanceof BrokenFile ? refusal("body", error.message) : error;
  });
  const plan = planImport(file, request);
  if (file.columns.length === 0) throw refusal("body", "is empty: no row and no header");
  if (!request.dryRun && file.delimiter !== "") assertMapped(file, plan);
  const redacted: Record<string, number> = {};
  const redactor = createRedactor((rule) => (redacted[rule] = (redacted[rule] ?? 0) + 1));
  const { id: projectId, timeZone } = request.project;
  const { layer, source, kind } = plan;
  const importId = request.importId ?? randomUUID();
  const run = new ImportRun(deps.warehouse, {
    target: { projectId, source, layer, importId },
    dryRun: request.dryRun,
    now: deps.now,
  });
  const context = { projectId, timeZone, now: deps.now(), kind, redactor, encoding: file.encoding };
  const isComplete = await readAll({ deps, file, plan, run, context, dryRun: request.dryRun });
  return {
    importId,
    dryRun: request.dryRun,
    ...countsOf(run),
    redacted,
    errors: run.errors,
    isComplete,
    layer,
    source,
    mapping: plan.mapping,
    columns: file.columns.map((column) => ({ column, field: plan.reader.fieldOf(column) })),
    encoding: file.encoding,
    delimiter: file.delimiter,
    preview: run.preview.toSorted((a, b) => a.row - b.row),
  };
}

function countsOf({ rows, imported, updated, unchanged, rejected, repeated }: ImportRun) {
  return { rows, imported, updated, unchanged, rejected, repeated };
}

interface Reading {
  deps: Deps;
  file: ImportFile;
  plan: ImportPlan;
  run: ImportRun;
  context: ReadContext;
  dryRun: boolean;
}

/** Whether the whole file was read; a dry run reads what it shows. */
async function readAll(reading: Reading): Promise<boolean> {
  const { file, run, dryRun } = reading;
  let chunk: ReadRow[] = [];
  let characters = 0;
  const flush = async () => {
    await storeInTurn(reading, chunk);
    chunk = [];
    characters = 0;
  };
  let broken: BrokenFile | undefined;
  try {
    for await (const record of file.records) {
      if (isFull(run, dryRun, record)) break;
      run.rows += 1;
      if (run.rows % PAUSE_EVERY === 0) await pause();
      const read = readRecord(record, reading);
      if (read === undefined) continue;
      chunk.push(read);
      characters += read.voice.comment.length;
      if (chunk.length >= CHUNK_ROWS || characters >= CHUNK_CHARACTERS) await flush();
    }
  } catch (error) {
    if (!(error instanceof BrokenFile)) throw error;
    broken = error;
  }
  await flush();
  if (broken !== undefined) run.fail({ row: broken.row, field: "", reason: broken.message });
  return broken === undefined;
}

/** A dry run has read what it shows; another that has read all it may is broken off, and says so. */
function isFull(run: ImportRun, dryRun: boolean, { row }: ImportRecord): boolean {
  if (dryRun) return run.rows === IMPORT_LIMITS.preview;
  if (run.rows < IMPORT_LIMITS.rows) return false;
  throw new BrokenFile(row, `an import has at most ${IMPORT_LIMITS.rows} rows: the rest was not read`);
}

const PAUSE_EVERY = 250;

/** A voice to store; undefined for a row that was rejected. */
function readRecord(record: ImportRecord, { plan, run, context }: Reading): ReadRow | undefined {
  const { row, cells, problem } = record;
  if (problem !== undefined) {
    run.reject(row, [{ field: "", reason: problem }]);
    return undefined;
  }
  const values = plan.reader.read(cells);
  const read = readVoice(values, plan.idOf(record, values), context);
  if ("voice" in read) return { row, voice: read.voice };
  run.reject(row, read.errors);
  return undefined;
}

/** Imports of one project store one after the other: what the one finds missing, the other must not be storing. */
const turns = new Map<string, Promise<unknown>>();

async function storeInTurn({ deps, run, context }: Reading, chunk: readonly ReadRow[]): Promise<void> {
  const before = turns.get(context.projectId) ?? Promise.resolve();
  const turn = before.catch(() => undefined).then(() => run.store(chunk));
  turns.set(context.projectId, turn);
  try {
    await turn;
  } catch (error) {
    deps.log.error({ err: error, project: context.projectId }, "an import stopped");
    const stored = run.imported + run.updated;
    throw new Problem(503, "Import stopped", {
      detail: `Voices could not be stored. ${stored} of this request were before; send it again, they are not stored twice.`,
      ...countsOf(run),
      retryAfterSeconds: 10,
    });
  } finally {
    if (turns.get(context.projectId) === turn) turns.delete(context.projectId);
  }
}
