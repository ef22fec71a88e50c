import { schema } from "@voxloop/ledger";
import type { Job } from "../../scheduler/job.ts";
import { wakeArchived } from "./archive.ts";
import { deleteDiscarded } from "./discard.ts";
import { tellWarehouse } from "./tell.ts";

/**
 * Carries out what people decided about groups: merges that the warehouse has not been told of, archived groups that are
 * back, events of discarded groups. Safe to run twice, as each of the three is.
 */
export const keepGroupsJob: Job = {
  id: "keep-groups",
  everyMs: 60_000,
  async run(deps) {
    await tellWarehouse(deps);
    const projects = await deps.ledger.db.select({ id: schema.projects.id }).from(schema.projects);
    for (const { id } of projects) {
      await wakeArchived(deps, id);
      await deleteDiscarded(deps, id);
    }
  },
};
