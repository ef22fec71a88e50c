import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { Warehouse } from "@voxloop/warehouse";
import type { Telemetry } from "./telemetry.ts";

/** The warehouse as the collector's drain uses it, with a span for every insert. */
export function traceInserts(warehouse: Warehouse, { tracer }: Pick<Telemetry, "tracer">): Warehouse {
  return {
    ...warehouse,
    insertNdjson: (table, ndjson, token) =>
      tracer.startActiveSpan(`INSERT ${table}`, { kind: SpanKind.CLIENT }, async (span) => {
        span.setAttributes({
          "db.system.name": "clickhouse",
          "db.operation.name": "INSERT",
          "db.collection.name": table,
          "voxloop.insert.bytes": ndjson.length,
        });
        try {
          await warehouse.insertNdjson(table, ndjson, token);
        } catch (error) {
          span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).name });
          throw error;
        } finally {
          span.end();
        }
      }),
  };
}
