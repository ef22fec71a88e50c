import { schema } from "@voxloop/ledger";
import { linksOf } from "@voxloop/warehouse";
import { and, eq } from "drizzle-orm";
import type { Deps } from "../deps.ts";
import { Problem } from "../http/problem.ts";
import { segmentFilter, type SegmentFilter } from "./segment-filter.ts";
import { segmentDefinition } from "./segment.ts";

const { segments } = schema;

/** The segment a report asks for, as it is at the end of the report's range; one that is not there is a Problem (400). */
export async function findSegment(
  { ledger, warehouse }: Pick<Deps, "ledger" | "warehouse">,
  projectId: string,
  { segment: id, to }: { segment: string | undefined; to: Date },
): Promise<SegmentFilter | undefined> {
  if (id === undefined) return undefined;
  const [row] = await ledger.db
    .select({ definition: segments.definition })
    .from(segments)
    .where(and(eq(segments.projectId, projectId), eq(segments.id, id)));
  if (row === undefined) {
    const reason = `there is no segment ${JSON.stringify(id)}; it may have been deleted`;
    throw new Problem(400, "Invalid request", {
      detail: `segment: ${reason}`,
      errors: [{ field: "segment", reason }],
    });
  }
  const links = await linksOf(warehouse, projectId);
  return segmentFilter(segmentDefinition.parse(row.definition), { to, links });
}
