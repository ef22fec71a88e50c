import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { Warehouse } from "@voxloop/warehouse";
import type { Telemetry } from "./telemetry.ts";

/** The warehouse as the collector's drain uses it, with a span for every insert. */
export function traceInserts(warehouse: Warehouse, { tracer }: Pick<Telemetry, "tracer">): Warehouse {
  const traced = (table: string, bytes: number, insert: () => Promise<void>) =>
    tracer.startActiveSpan(`INSERT ${table}`, { kind: SpanKind.CLIENT }, async (span) => {
      span.setAttributes({
        "db.system.name": "clickhouse",
        "db.operation.name": "INSERT",
        "db.collection.name": table,
        "voxloop.insert.bytes": bytes,
      });
      try {
        await insert();
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).name });
        throw error;
      } finally {
        span.end();
      }
    });
  return {
    ...warehouse,
    insertNdjson: (table, ndjson, token) =>
      traced(table, ndjson.length, () => warehouse.insertNdjson(table, ndjson, token)),
    insertEvents: (block, token) =>
      traced("events_v1", block.bytes.length, () => warehouse.insertEvents(block, token)),
  };
}
