import protobuf from "protobufjs";
import { SHARED_MESSAGES } from "./requests.fixture.ts";

// The messages we read, from opentelemetry-proto 1.9 (collector/logs/v1, logs/v1, resource/v1, common/v1), with all their
// fields, so that those we do not read are skipped in the test too.
const { root } = protobuf.parse(`
  syntax = "proto3";
  message ExportLogsServiceRequest { repeated ResourceLogs resource_logs = 1; }
  message ResourceLogs { Resource resource = 1; repeated ScopeLogs scope_logs = 2; string schema_url = 3; }
  message ScopeLogs { InstrumentationScope scope = 1; repeated LogRecord log_records = 2; string schema_url = 3; }
  message LogRecord {
    fixed64 time_unix_nano = 1; fixed64 observed_time_unix_nano = 11; int32 severity_number = 2; string severity_text = 3;
    AnyValue body = 5; repeated KeyValue attributes = 6; uint32 dropped_attributes_count = 7; fixed32 flags = 8;
    bytes trace_id = 9; bytes span_id = 10; string event_name = 12; string from_the_future = 99;
  }
${SHARED_MESSAGES}`);
/** An ExportLogsServiceRequest, as the generic library reads and writes it. */
export const LogsRequest = root.lookupType("ExportLogsServiceRequest");
