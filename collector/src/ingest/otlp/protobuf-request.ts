import { LIMITS } from "@voxloop/contract";
import type { PbfReader } from "pbf";
import {
  MalformedBody,
  RecordProblem,
  TooManyRecords,
  type LogRecord,
  type ResourceRecords,
} from "../record.ts";
import { contained, readResource } from "./protobuf-values.ts";
import { BYTES, expectType, messageEnd, openReader, readFields, readText } from "./wire.ts";

/** What differs between the requests of OTLP's signals: the name of field 1, and what one item becomes. */
export interface Signal {
  field: string;
  readItem: (pbf: PbfReader, end: number) => LogRecord | LogRecord[];
}

interface Progress {
  request: ResourceRecords[];
  recordsLeft: number;
  soundItems: number;
  firstProblem?: RecordProblem;
}

/**
 * Decodes an export request: resources (1) of scopes (2) of items (2), the same in all signals. An item that does not
 * decode is a problem of its own; a broken envelope, or a body in which no item decodes, is malformed.
 */
export function decodeProtobufRequest(body: Uint8Array, signal: Signal): ResourceRecords[] {
  const progress: Progress = { request: [], recordsLeft: LIMITS.recordsPerRequest, soundItems: 0 };
  const { request } = progress;
  try {
    const pbf = openReader(body);
    readFields(pbf, body.length, (field, type) => {
      if (field !== 1) return false;
      if (request.length >= LIMITS.recordsPerRequest) throw new TooManyRecords();
      readResourceItems(pbf, messageEnd(pbf, { end: body.length, type }), { signal, progress });
      return true;
    });
  } catch (error) {
    if (error instanceof TooManyRecords) throw error;
    throw new MalformedBody(`the body cannot be decoded: ${(error as Error).message}`);
  }
  if (body.length > 0 && request.length === 0) throw new MalformedBody(`the body has no ${signal.field}`);
  if (progress.firstProblem !== undefined && progress.soundItems === 0)
    throw new MalformedBody(`no record can be decoded: ${progress.firstProblem.message}`);
  return request;
}

function readResourceItems(pbf: PbfReader, end: number, of: { signal: Signal; progress: Progress }): void {
  const resourceLogs: ResourceRecords = { resource: new Map(), records: [] };
  of.progress.request.push(resourceLogs);
  readFields(pbf, end, (field, type) => {
    if (field === 1) {
      const resourceEnd = messageEnd(pbf, { end, type });
      resourceLogs.resource = contained(pbf, resourceEnd, () => readResource(pbf, resourceEnd));
    } else if (field === 2) readScopeItems(pbf, messageEnd(pbf, { end, type }), { ...of, resourceLogs });
    return field === 1 || field === 2;
  });
}

/** An InstrumentationScope: name (1) and version (2). */
function readScope(pbf: PbfReader, end: number): { name: string; version: string } {
  const scope = { name: "", version: "" };
  readFields(pbf, end, (field, type) => {
    if (field !== 1 && field !== 2) return false;
    expectType(type, BYTES);
    if (field === 1) scope.name = readText(pbf);
    else scope.version = readText(pbf);
    return true;
  });
  return scope;
}

function readScopeItems(
  pbf: PbfReader,
  end: number,
  { signal, progress, resourceLogs }: { signal: Signal; progress: Progress; resourceLogs: ResourceRecords },
): void {
  const { records } = resourceLogs;
  readFields(pbf, end, (field, type) => {
    if (field === 1) {
      const scopeEnd = messageEnd(pbf, { end, type });
      const scope = contained(pbf, scopeEnd, () => readScope(pbf, scopeEnd));
      // It says which SDK sends and is no part of an event, so a wrong one is as good as none.
      if (!(scope instanceof RecordProblem)) resourceLogs.scope ??= scope;
      return true;
    }
    if (field !== 2) return false;
    const itemEnd = messageEnd(pbf, { end, type });
    const item = contained(pbf, itemEnd, () => signal.readItem(pbf, itemEnd));
    if (item instanceof RecordProblem) progress.firstProblem ??= item;
    else progress.soundItems += 1;
    // An item that yields nothing costs as much as one that yields a record.
    progress.recordsLeft -= Array.isArray(item) ? Math.max(1, item.length) : 1;
    if (progress.recordsLeft < 0) throw new TooManyRecords();
    records.push(item);
    return true;
  });
}
