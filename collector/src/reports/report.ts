/** Which app sends: what its resource says of itself. */
export interface Source {
  service: string;
  version: string;
  sdk: string;
  sdkVersion: string;
}

/** What happened to a part of one request of a project. */
export interface Report {
  project: string;
  kind: "accepted" | "rejected" | "redacted" | "flagged";
  /** Why it was rejected, the rule it was redacted by, what it was flagged as; "" of what was accepted. */
  reason: string;
  count: number;
  /** Why, in words for the sender; "" where the reason says all. */
  detail?: string | undefined;
  /** One of the rejected records, redacted. */
  sample?: string | undefined;
  /** The start of the write key that was used, never all of it. */
  keyHint?: string | undefined;
  source?: Source | undefined;
}

/** A row of `ingest_reports_v1`. */
export interface ReportRow {
  project_id: string;
  kind: Report["kind"];
  /** Start of the ten seconds, ISO 8601. */
  time: string;
  last_at: string;
  reason: string;
  detail: string;
  sample: string;
  key_hint: string;
  service_name: string;
  service_version: string;
  sdk_name: string;
  sdk_version: string;
  collector: string;
  count: number;
}
