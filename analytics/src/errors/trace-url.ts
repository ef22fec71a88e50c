/** What of an event may stand in the address of its trace. */
export interface Traced {
  traceId: string;
  spanId: string;
  /** ISO 8601. */
  time: string;
}

/**
 * The address of an event's trace in the project's tracing system: `{traceId}`, `{spanId}` and `{time}` (ISO 8601) of the
 * template filled in, encoded. Null when there is no template or the event has no trace.
 */
export function traceUrlOf(template: string | null, event: Traced): string | null {
  if (template === null || event.traceId === "") return null;
  return template.replaceAll(/\{(traceId|spanId|time)\}/g, (_, name: keyof Traced) =>
    encodeURIComponent(event[name]),
  );
}
