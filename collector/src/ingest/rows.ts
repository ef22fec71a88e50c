import { LIMITS } from "@voxloop/contract";
import { createRedactor, type NewEvent, type Redactor, TooManyBytes } from "@voxloop/warehouse";
import type { GroupingPolicy } from "../policy/open.ts";
import type { Source } from "../reports/report.ts";
import { sampleOf } from "../reports/sample.ts";
import { sourceOf } from "../reports/source.ts";
import { type Texts, textsOf } from "./attribute-text.ts";
import { inEnvironments } from "./environment.ts";
import { createGrouper } from "./fingerprint.ts";
import { buildRow, type RowContext } from "./row.ts";
import { deriveEventIds } from "./stamp.ts";
import { orProblem, QUIET, RecordProblem, type RecordRejection, type ResourceRecords } from "./record.ts";

export interface RowsContext {
  project: string;
  /** Those the write key may send; empty is any. */
  environments: readonly string[];
  receivedAt: Date;
  /** Of the page that sent the request, "" when none did. */
  userAgent: string;
  /** What the project has decided about its errors. */
  policy: GroupingPolicy;
  redactor: Redactor;
  /** Told of every secret that is removed from within a list or map. */
  onSecret: () => void;
  /** Name of this request, unlike any other. */
  batch: string;
  body: Uint8Array;
}

/** What is wrong with one record of a request. */
export interface Problem {
  index: number;
  reason: string;
  rejection: RecordRejection;
  /** The record, redacted; of the first few of a request. */
  sample?: string | undefined;
}

export interface Rows {
  events: NewEvent[];
  /** What is wrong with records that are no events, by index over the whole request. */
  problems: Problem[];
  /** How many of the rows are of bots. */
  bots: number;
  /** The apps that sent the rows. */
  sources: (Source & { rows: number })[];
}

type Item = ResourceRecords["records"][number];

interface Building {
  events: NewEvent[];
  environments: readonly string[];
  context: RowContext;
}

const SAMPLES_MAX = 3;
/** Samples are not stored with the events, so what is removed from them is not counted. */
const quiet = createRedactor(() => undefined);

/** Rows of a request, with what its sender and its project are told of it. */
export function buildRows(request: readonly ResourceRecords[], of: RowsContext): Rows {
  const idOfBytes = deriveEventIds(of.project, of.body);
  let index = 0;
  let bots = 0;
  const context: RowContext = {
    project: of.project,
    receivedAt: of.receivedAt,
    userAgent: of.userAgent,
    onBot: () => (bots += 1),
    group: createGrouper(of.policy),
    redactor: of.redactor,
    onSecret: of.onSecret,
    deriveId: (hasTime) => (hasTime ? idOfBytes(index) : `${of.batch}-${index}`),
  };
  const building = { events: [] as NewEvent[], environments: of.environments, context };
  const { events } = building;
  const problems: Problem[] = [];
  const sources: Rows["sources"] = [];
  for (const { resource, records, scope } of request) {
    const texts = orProblem(() => textsOf(sound(resource), context));
    assertSmall(texts, records.length);
    const before = events.length;
    for (const item of records) {
      const problem = addRows(item, texts, building);
      if (problem !== undefined) {
        const isShown = problems.length < SAMPLES_MAX && !QUIET.has(problem.rejection);
        const sample = isShown ? describe(item, of.project) : undefined;
        problems.push({ index, reason: problem.message, rejection: problem.rejection, sample });
      }
      index += 1;
    }
    if (events.length > before && !(texts instanceof RecordProblem))
      sources.push({ ...sourceOf(texts, scope), rows: events.length - before });
  }
  return { events, problems, bots, sources };
}

/** Spares the work on events that encoding would refuse, for what they all have of their resource. */
function assertSmall(resource: Texts | RecordProblem, records: number): void {
  if (resource instanceof RecordProblem) return;
  let length = 0;
  for (const [name, text] of resource) length += name.length + text.length;
  if (length * records > LIMITS.storedBytes) throw new TooManyBytes(`more than ${LIMITS.storedBytes} bytes`);
}

/** Adds the rows of one item; gives the first reason why one of them cannot be an event. */
function addRows(item: Item, resource: Texts | RecordProblem, building: Building): RecordProblem | undefined {
  if (item instanceof RecordProblem) return item;
  const { events, environments, context } = building;
  let problem: RecordProblem | undefined;
  for (const record of Array.isArray(item) ? item : [item]) {
    const row = orProblem(() => inEnvironments(buildRow(record, sound(resource), context), environments));
    if (row instanceof RecordProblem) problem ??= row;
    else events.push(row);
  }
  return problem;
}

function describe(item: Item, project: string): string | undefined {
  const record = Array.isArray(item) ? item[0] : item;
  if (record === undefined || record instanceof RecordProblem) return undefined;
  return sampleOf(record, { project, redactor: quiet });
}

function sound<Part>(part: Part | RecordProblem): Part {
  if (part instanceof RecordProblem) throw part;
  return part;
}
