import type { EventRow } from "../event-row.ts";

/** An event as it is written: what is left out is empty. Times are Unix milliseconds. */
export type NewEvent = Partial<Record<TextColumn, string>> & {
  time: number;
  received_at: number;
  score?: number;
  attributes: Map<string, string>;
};

export type TextColumn = Exclude<keyof EventRow, "time" | "received_at" | "score" | "attributes">;

export type ColumnOfEvents = keyof EventRow;

export type ColumnKind = "text" | "dictionary" | "time" | "score" | "map";

/** ClickHouse's name of a kind's type, as the Native format spells it. */
export const TYPE_OF: Record<ColumnKind, string> = {
  text: "String",
  dictionary: "LowCardinality(String)",
  time: "DateTime64(3, 'UTC')",
  score: "Nullable(Float32)",
  map: "Map(LowCardinality(String), String)",
};

/** The columns of `events_v1` that are written, in the order of a block. */
export const EVENT_COLUMNS: readonly (readonly [name: ColumnOfEvents, kind: ColumnKind])[] = [
  ["project_id", "dictionary"],
  ["event_name", "dictionary"],
  ["time", "time"],
  ["received_at", "time"],
  ["event_id", "text"],
  ["customer_id", "text"],
  ["user_id", "text"],
  ["installation_id", "text"],
  ["session_id", "text"],
  ["service_name", "dictionary"],
  ["service_version", "dictionary"],
  ["environment", "dictionary"],
  ["channel", "dictionary"],
  ["audience", "dictionary"],
  ["os_name", "dictionary"],
  ["region", "dictionary"],
  ["page", "dictionary"],
  ["flow", "dictionary"],
  ["transaction_id", "text"],
  ["step", "dictionary"],
  ["outcome", "dictionary"],
  ["error_code", "dictionary"],
  ["error_type", "dictionary"],
  ["error_message", "text"],
  ["error_stack", "text"],
  ["error_fingerprint", "dictionary"],
  ["survey_id", "dictionary"],
  ["survey_kind", "dictionary"],
  ["score", "score"],
  ["comment", "text"],
  ["attributes", "map"],
  ["trace_id", "text"],
  ["span_id", "text"],
];

/** An event with every text column empty: all that are made of it have one shape, which the engine reads and writes quickest. */
export function emptyEvent(): NewEvent & Record<TextColumn, string> {
  return {
    time: 0,
    received_at: 0,
    attributes: new Map(),
    project_id: "",
    event_name: "",
    event_id: "",
    customer_id: "",
    user_id: "",
    installation_id: "",
    session_id: "",
    service_name: "",
    service_version: "",
    environment: "",
    channel: "",
    audience: "",
    os_name: "",
    region: "",
    page: "",
    flow: "",
    transaction_id: "",
    step: "",
    outcome: "",
    error_code: "",
    error_type: "",
    error_message: "",
    error_stack: "",
    error_fingerprint: "",
    survey_id: "",
    survey_kind: "",
    comment: "",
    trace_id: "",
    span_id: "",
  };
}
