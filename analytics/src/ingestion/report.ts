import type { Warehouse } from "@voxloop/warehouse";
import { adviseOn } from "./advice.ts";
import type { Ingestion } from "./ingestion.ts";
import {
  countDropped,
  countReasons,
  countTotals,
  findLastArrival,
  ingestionSeries,
  listEventNames,
  listRejects,
  listSources,
  type IngestionQuestion,
} from "./query.ts";

/** What came in, what did not and why. */
export async function reportIngestion(
  warehouse: Warehouse,
  question: IngestionQuestion & { now: Date },
): Promise<Ingestion> {
  const [lastEventAt, totals, series, rejects, redactions, flagged, dropped, sources, events] =
    await Promise.all([
      findLastArrival(warehouse, question),
      countTotals(warehouse, question),
      ingestionSeries(warehouse, question),
      listRejects(warehouse, question),
      countReasons(warehouse, question, "redacted"),
      countReasons(warehouse, question, "flagged"),
      countDropped(warehouse, question),
      listSources(warehouse, question),
      listEventNames(warehouse, question),
    ]);
  return {
    from: question.range.from.toISOString(),
    to: question.range.to.toISOString(),
    lastEventAt,
    ...totals,
    series,
    rejects: rejects.map((reject) => ({ ...reject, advice: adviseOn(reject) })),
    redactions,
    flagged,
    dropped,
    sources,
    events,
  };
}
