export {
  emptyRecord,
  MalformedBody as MalformedOtlp,
  orProblem,
  RecordProblem,
  TooManyRecords,
  type Attributes,
  type LogRecord,
  type ResourceRecords as ResourceLogs,
  type Value,
} from "../record.ts";
