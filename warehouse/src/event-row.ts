/** One row of `events_v1` as the collector writes it; absent text is "". */
export interface EventRow {
  project_id: string;
  event_name: string;
  /** ISO 8601 with milliseconds, UTC. */
  time: string;
  received_at: string;
  event_id: string;
  /** `user.id`, else `app.installation.id`, else `session.id`, else "". */
  customer_id: string;
  user_id: string;
  installation_id: string;
  session_id: string;
  service_name: string;
  service_version: string;
  environment: string;
  channel: string;
  audience: string;
  os_name: string;
  region: string;
  page: string;
  flow: string;
  transaction_id: string;
  step: string;
  outcome: string;
  error_code: string;
  error_type: string;
  error_message: string;
  error_stack: string;
  /** Of `fingerprintOf`, "" for an event that is no error. */
  error_fingerprint: string;
  survey_id: string;
  survey_kind: string;
  score: number | null;
  comment: string;
  attributes: Record<string, string>;
  trace_id: string;
  span_id: string;
}
