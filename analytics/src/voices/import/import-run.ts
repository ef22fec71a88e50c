import type { Warehouse } from "@voxloop/warehouse";
import { analyzeText } from "../../text/sentiment.ts";
import {
  contentHashOf,
  findStored,
  registerVoices,
  storeVoices,
  voiceKeyOf,
  type ImportTarget,
  type ReadRow,
  type StoredVoice,
  type WrittenVoice,
} from "./store-voices.ts";
import { IMPORT_LIMITS, type ImportError, type ImportPreviewRow } from "./voice-import.ts";

interface RunOptions {
  target: ImportTarget;
  dryRun: boolean;
  now: () => Date;
}

const COMMENTS_REMEMBERED = 100_000;
/** Rows are told apart, scored and stored so many at a time; others are answered in between. */
const PAUSE_EVERY = 250;

/** Counts what becomes of rows, and stores those that say something new. A count is raised once its rows are stored. */
export class ImportRun {
  rows = 0;
  imported = 0;
  updated = 0;
  unchanged = 0;
  rejected = 0;
  repeated = 0;
  readonly errors: ImportError[] = [];
  readonly preview: ImportPreviewRow[] = [];
  readonly #warehouse: Warehouse;
  readonly #options: RunOptions;
  readonly #comments = new Set<string>();

  constructor(warehouse: Warehouse, options: RunOptions) {
    this.#warehouse = warehouse;
    this.#options = options;
  }

  /** Counts a row as rejected, for one or more reasons. */
  reject(row: number, reasons: readonly Omit<ImportError, "row">[]): void {
    this.rejected += 1;
    for (const reason of reasons) this.fail({ row, ...reason });
    if (this.#options.dryRun) this.#show({ row, becomes: "rejected" });
  }

  /** Tells a reason without counting a row. */
  fail(error: ImportError): void {
    if (this.errors.length < IMPORT_LIMITS.errors) this.errors.push(error);
  }

  async store(read: readonly ReadRow[]): Promise<void> {
    const { target, dryRun, now } = this.#options;
    const rows = this.#withoutTwins(read);
    const keys = rows.map(({ key }) => key);
    const known = keys.length === 0 ? undefined : await findStored(this.#warehouse, target.projectId, keys);
    const told = rows.map((row) => ({ ...row, stored: known?.get(row.key) }));
    const again = told.filter(({ stored, hash }) => stored?.contentHash === hash);
    const changed = this.#withoutContradictions(
      told.filter(({ stored, hash }) => stored?.contentHash !== hash),
    );
    const written = await this.#scored(changed);
    if (!dryRun) {
      await storeVoices(this.#warehouse, target, { voices: written, now: now() });
      const met = again.filter(({ stored }) => stored?.importId !== target.importId);
      await registerVoices(this.#warehouse, target, { voices: met, now: now() });
    } else for (const one of [...written, ...(await this.#scored(again))]) this.#show(previewOf(one));
    this.unchanged += again.length;
    this.updated += written.filter(({ stored }) => stored !== undefined).length;
    this.imported += written.filter(({ stored }) => stored === undefined).length;
  }

  /** Of rows with one id the first; the same again is there already, and what says something else is rejected. */
  #withoutTwins(read: readonly ReadRow[]) {
    const first = new Map<string, ReadRow & { key: string; hash: string }>();
    for (const { row, voice } of read) {
      const key = voiceKeyOf(this.#options.target, voice.externalId);
      const hash = contentHashOf(this.#options.target, voice);
      const twin = first.get(key);
      if (twin === undefined) first.set(key, { row, voice, key, hash });
      else if (twin.hash === hash) this.#countAgain({ row, voice });
      else this.reject(row, [contradiction(twin.row)]);
    }
    return [...first.values()];
  }

  #countAgain({ row, voice }: ReadRow): void {
    this.unchanged += 1;
    if (this.#options.dryRun) this.#show({ row, becomes: "unchanged", voice });
  }

  /** What this import has met before with other content. */
  #withoutContradictions<Row extends { row: number; stored: StoredVoice | undefined }>(rows: Row[]): Row[] {
    const isContradiction = ({ stored }: Row) => stored?.importId === this.#options.target.importId;
    for (const one of rows.filter(isContradiction))
      this.reject(one.row, [contradiction(one.stored?.row ?? 0)]);
    return rows.filter((one) => !isContradiction(one));
  }

  async #scored(rows: readonly Omit<WrittenVoice, "text">[]): Promise<WrittenVoice[]> {
    const scored: WrittenVoice[] = [];
    for (const row of rows) {
      const { comment } = row.voice;
      const text = comment === "" ? undefined : analyzeText(comment);
      this.#countRepeated(comment);
      scored.push({
        ...row,
        text: {
          language: text?.language ?? "",
          label: text?.sentiment.label ?? "",
          score: text?.sentiment.score ?? null,
        },
      });
      if (scored.length % PAUSE_EVERY === 0) await pause();
    }
    return scored;
  }

  #countRepeated(comment: string): void {
    if (comment === "") return;
    const known = comment.length <= 100 ? comment : `${comment.slice(0, 100)}${comment.length}`;
    if (this.#comments.has(known)) this.repeated += 1;
    else if (this.#comments.size < COMMENTS_REMEMBERED) this.#comments.add(known);
  }

  #show({ row, becomes, voice, text }: Shown): void {
    if (this.preview.length >= IMPORT_LIMITS.preview) return;
    this.preview.push({
      row,
      becomes,
      externalId: voice?.externalId ?? "",
      time: voice?.time.toISOString() ?? "",
      kind: voice?.kind ?? "",
      score: voice?.score ?? null,
      comment: voice?.comment.slice(0, 500) ?? "",
      customerId: voice?.customerId ?? "",
      flow: voice?.flow ?? "",
      page: voice?.page ?? "",
      release: voice?.release ?? "",
      language: text?.language ?? "",
      sentimentLabel: (text?.label ?? "") as ImportPreviewRow["sentimentLabel"],
      attributes: voice?.attributes ?? {},
    });
  }
}

interface Shown {
  row: number;
  becomes: ImportPreviewRow["becomes"];
  voice?: ReadRow["voice"];
  text?: WrittenVoice["text"];
}

function previewOf(one: WrittenVoice): Shown {
  const isSame = one.stored?.contentHash === one.hash;
  return { ...one, becomes: one.stored === undefined ? "new" : isSame ? "unchanged" : "updated" };
}

function contradiction(row: number): Omit<ImportError, "row"> {
  return {
    field: "externalId",
    reason: `row ${row} has the same id and says something else; that one is kept`,
  };
}

/** Lets whatever else waits be done. */
export function pause(): Promise<void> {
  return new Promise((done) => void setImmediate(done));
}
