import type { ImportError, ImportResult } from "@voxloop/analytics/shapes";
import { ApiError, call } from "#api.ts";
import { session } from "#session.svelte.ts";
import { piecesOf, type FilePiece } from "./file-pieces.ts";

const TYPES: Record<string, string> = {
  csv: "text/csv",
  tsv: "text/csv",
  txt: "text/csv",
  json: "application/json",
  jsonl: "application/x-ndjson",
  ndjson: "application/x-ndjson",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};
export const ACCEPTED = Object.keys(TYPES)
  .map((ending) => `.${ending}`)
  .join(",");

const PREVIEW_BYTES = 1024 * 1024;
const PIECE = { rowsMax: 5_000, bytesMax: 4 * 1024 * 1024 };
const ERRORS_KEPT = 100_000;

export interface Totals {
  rows: number;
  imported: number;
  updated: number;
  unchanged: number;
  rejected: number;
  repeated: number;
  redacted: number;
}

const NONE: Totals = {
  rows: 0,
  imported: 0,
  updated: 0,
  unchanged: 0,
  rejected: 0,
  repeated: 0,
  redacted: 0,
};

type Step = "choose" | "ready" | "importing" | "stopped" | "failed" | "done";

/** A file on its way from its choice to what became of its rows. */
export class VoiceImportPage {
  file = $state.raw<File | undefined>();
  step = $state<Step>("choose");
  isLooking = $state(false);
  preview = $state.raw<ImportResult | undefined>();
  error = $state("");
  layer = $state("");
  mapping = $state("");
  kind = $state("");
  source = $state("");
  /** Columns whose field was changed here. */
  changed = $state.raw<Record<string, string>>({});
  totals = $state.raw<Totals>(NONE);
  errors = $state.raw<ImportError[]>([]);
  isComplete = $state(true);
  /** Of the file, 0 to 1; undefined while a file is sent as a whole. */
  progress = $state<number | undefined>(0);
  #importId = "";
  #pieces: AsyncGenerator<FilePiece> | undefined;
  #piece: FilePiece | undefined;
  #isStopping = false;
  #asked = 0;

  get type(): string | undefined {
    return TYPES[this.file?.name.split(".").at(-1)?.toLowerCase() ?? ""];
  }

  /** Only these are sent in pieces; a workbook and an array of JSON are read as a whole. */
  get #format(): "csv" | "lines" | undefined {
    return this.type === TYPES["csv"] ? "csv" : this.type === TYPES["jsonl"] ? "lines" : undefined;
  }

  async choose(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    Object.assign(this, {
      file,
      preview: undefined,
      error: "",
      changed: {},
      mapping: "",
      layer: "",
      kind: "",
    });
    Object.assign(this, { source: "", totals: NONE, errors: [], step: "choose" });
    await this.look();
  }

  /** Asks what the first rows become. */
  async look(): Promise<void> {
    const { file, type } = this;
    if (file === undefined || type === undefined) return;
    const asked = ++this.#asked;
    this.isLooking = true;
    this.error = "";
    try {
      const isWhole = type === TYPES["xlsx"] || file.size <= PREVIEW_BYTES;
      const body = isWhole ? new Blob([file], { type }) : file.slice(0, PREVIEW_BYTES, type);
      const query = { ...this.#choices(), dryRun: "true" };
      const preview = await this.#send(body, query);
      if (asked !== this.#asked) return;
      this.preview = isWhole || preview.rows >= 50 ? preview : withoutLast(preview);
      this.step = "ready";
    } catch (cause) {
      if (asked === this.#asked) this.#fail(cause, "choose");
    } finally {
      if (asked === this.#asked) this.isLooking = false;
    }
  }

  async start(): Promise<void> {
    const { file, preview, type } = this;
    if (file === undefined || preview === undefined || type === undefined) return;
    this.#importId = crypto.randomUUID();
    this.totals = NONE;
    this.errors = [];
    this.isComplete = true;
    const { delimiter, encoding } = preview;
    const format = this.#format;
    const sent = file.slice(0, file.size, type);
    this.#pieces = format ? piecesOf(sent, { format, delimiter, encoding, ...PIECE }) : asOne(sent);
    this.#piece = undefined;
    this.progress = format ? 0 : undefined;
    await this.goOn();
  }

  /** Sends piece after piece; one that failed is sent again, since nothing is stored twice. */
  async goOn(): Promise<void> {
    this.step = "importing";
    this.error = "";
    this.#isStopping = false;
    try {
      for (;;) {
        this.#piece ??= (await this.#pieces?.next())?.value as FilePiece | undefined;
        if (this.#piece === undefined) break;
        if (this.#isStopping) {
          this.step = "stopped";
          return;
        }
        await this.#sendPiece(this.#piece);
        this.#piece = undefined;
      }
      this.step = "done";
    } catch (cause) {
      this.#fail(cause, "failed");
    }
  }

  /** After the piece that is on its way, so that what is shown is exactly what is stored. */
  stop(): void {
    this.#isStopping = true;
  }

  async #sendPiece({ blob, firstRow, end }: FilePiece): Promise<void> {
    const { preview } = this;
    const place = this.#format === undefined ? {} : { encoding: preview?.encoding, firstRow };
    const query = { ...this.#choices(preview), importId: this.#importId, ...place };
    const result = await this.#send(blob, query);
    this.totals = add(this.totals, result);
    if (this.errors.length < ERRORS_KEPT) this.errors = [...this.errors, ...result.errors];
    this.isComplete &&= result.isComplete;
    if (this.progress !== undefined) this.progress = end / (this.file?.size ?? end);
  }

  #send(body: Blob, query: Record<string, string | number | undefined>): Promise<ImportResult> {
    return call(session.path("/voices"), { method: "POST", query, body });
  }

  /** What was chosen; of a piece also what the preview found, for a piece alone may look like another file. */
  #choices(found?: ImportResult): Record<string, string | undefined> {
    const isOwn = Object.keys(this.changed).length > 0;
    const own = isOwn ? JSON.stringify(this.#ownColumns()) : undefined;
    const name = found?.mapping === "own" ? undefined : found?.mapping;
    return {
      mapping: own ?? (this.mapping || name),
      layer: this.layer || found?.layer,
      source: this.source || found?.source,
      kind: this.kind,
    };
  }

  #ownColumns(): Record<string, string> {
    const columns = (this.preview?.columns ?? []).map(({ column, field }) => [
      column,
      this.changed[column] ?? field,
    ]);
    return Object.fromEntries(columns.filter(([column, field]) => column !== "" && field !== ""));
  }

  #fail(cause: unknown, step: Step): void {
    this.error = cause instanceof ApiError ? cause.message : String(cause);
    this.step = step;
  }
}

async function* asOne(file: Blob): AsyncGenerator<FilePiece> {
  yield { blob: file, firstRow: 1, end: file.size };
}

/** A preview of a file's first bytes, whose last row they may have cut. */
function withoutLast(preview: ImportResult): ImportResult {
  const last = preview.preview.at(-1)?.row ?? 0;
  const isBefore = ({ row }: { row: number }) => row < last;
  return { ...preview, preview: preview.preview.filter(isBefore), errors: preview.errors.filter(isBefore) };
}

function add(totals: Totals, result: ImportResult): Totals {
  const redacted = Object.values(result.redacted).reduce((sum, count) => sum + count, 0);
  const one: Totals = { ...result, redacted };
  return Object.fromEntries(
    Object.entries(totals).map(([name, count]) => [name, count + one[name as keyof Totals]]),
  ) as unknown as Totals;
}
