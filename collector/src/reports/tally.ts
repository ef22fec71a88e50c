import type { Report, ReportRow } from "./report.ts";

export const BUCKET_MS = 10_000;
/** Rows kept until they are written; a hostile sender can invent apps and reasons, but not fill the memory. */
const ROWS_MAX = 5_000;
/** Rows one project may have of these, so that no project's noise takes the place of another's. */
const ROWS_OF_PROJECT_MAX = 500;
const TEXT_MAX = 300;

/** Sums reports by project, ten seconds and everything that tells them apart. */
export class Tally {
  readonly #collector: string;
  #rows = new Map<string, ReportRow>();
  #rowsOfProject = new Map<string, number>();
  /** Reports that found no place, since the start. */
  dropped = 0;

  constructor(collector: string) {
    this.#collector = collector;
  }

  add(report: Report, now: number): void {
    const time = now - (now % BUCKET_MS);
    const row = this.#rowOf(report, time);
    if (row === undefined) {
      this.dropped += 1;
      return;
    }
    row.count += report.count;
    row.last_at = new Date(now).toISOString();
    if (row.sample === "" && report.sample !== undefined) row.sample = report.sample;
  }

  /** Gives all rows and begins anew. */
  take(): ReportRow[] {
    const rows = [...this.#rows.values()];
    this.#rows = new Map();
    this.#rowsOfProject = new Map();
    return rows;
  }

  #rowOf(report: Report, time: number): ReportRow | undefined {
    const { project, kind, reason, detail = "", keyHint = "", source } = report;
    const { service = "", version = "", sdk = "", sdkVersion = "" } = source ?? {};
    const apart = [
      project,
      time,
      kind,
      reason,
      withoutValues(detail),
      keyHint,
      service,
      version,
      sdk,
      sdkVersion,
    ];
    const key = apart.join("\n");
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const ofProject = this.#rowsOfProject.get(project) ?? 0;
    if (this.#rows.size >= ROWS_MAX || ofProject >= ROWS_OF_PROJECT_MAX) return undefined;
    const row: ReportRow = {
      project_id: project,
      kind,
      time: new Date(time).toISOString(),
      last_at: new Date(time).toISOString(),
      reason,
      detail: cut(detail),
      sample: "",
      key_hint: keyHint,
      service_name: cut(service),
      service_version: cut(version),
      sdk_name: cut(sdk),
      sdk_version: cut(sdkVersion),
      collector: this.#collector,
      count: 0,
    };
    this.#rows.set(key, row);
    this.#rowsOfProject.set(project, ofProject + 1);
    return row;
  }
}

/** The same problem of two records, whatever their numbers and values are. */
function withoutValues(detail: string): string {
  return detail.replaceAll(/"[^"]*"|'[^']*'|\d+/g, "*");
}

function cut(text: string): string {
  return text.length <= TEXT_MAX ? text : text.slice(0, TEXT_MAX).toWellFormed();
}
