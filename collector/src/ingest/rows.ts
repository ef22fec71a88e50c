import type { Counters } from "../counters.ts";
import type { Redactor } from "../redact/redact.ts";
import { textsOf } from "./attribute-text.ts";
import type { Problem } from "./convert.ts";
import { buildRow, type RowContext } from "./row.ts";
import { deriveEventIds } from "./stamp.ts";
import { orProblem, RecordProblem, type ResourceRecords } from "./record.ts";

export interface RowsContext {
  project: string;
  receivedAt: Date;
  redactor: Redactor;
  counters: Counters;
  /** Name of this request, unlike any other. */
  batch: string;
  body: Uint8Array;
}

/** Rows of a request as NDJSON, and what is wrong with records that are no events, by index over the whole request. */
export function buildRows(
  request: readonly ResourceRecords[],
  of: RowsContext,
): { ndjson: Buffer; rows: number; problems: Problem[] } {
  const idOfBytes = deriveEventIds(of.project, of.body);
  let index = 0;
  const context: RowContext = {
    project: of.project,
    receivedAt: of.receivedAt,
    redactor: of.redactor,
    onSecret: () => (of.counters.redacted.secret += 1),
    deriveId: (hasTime) => (hasTime ? idOfBytes(index) : `${of.batch}-${index}`),
  };
  const lines: string[] = [];
  const problems: Problem[] = [];
  for (const { resource, records } of request) {
    const texts = orProblem(() => textsOf(sound(resource), context));
    for (const record of records) {
      const row = orProblem(() => buildRow(sound(record), sound(texts), context));
      if (row instanceof RecordProblem) problems.push({ index, reason: row.message });
      else lines.push(`${JSON.stringify(row)}\n`);
      index += 1;
    }
  }
  return { ndjson: Buffer.from(lines.join("")), rows: lines.length, problems };
}

function sound<Part>(part: Part | RecordProblem): Part {
  if (part instanceof RecordProblem) throw part;
  return part;
}
