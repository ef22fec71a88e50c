import { schema } from "@voxloop/ledger";
import type { Deps } from "../../deps.ts";
import type { Job } from "../../scheduler/job.ts";
import { lookAtSteps } from "./find-falls.ts";
import { tellFalls } from "./tell-falls.ts";

/**
 * Looks at every step of the saved funnels for a day on which fewer went on than on the same weekdays before, and tells issues of it.
 * Safe to run twice, because a day looks the same whenever it is asked, and a fall has one open issue.
 */
export const findDropsJob: Job = {
  id: "find-drops",
  everyMs: 6 * 3_600_000,
  async run(deps) {
    const projects = await deps.ledger.db.select({ id: schema.projects.id }).from(schema.projects);
    for (const { id } of projects) await findDropsOf(deps, id);
  },
};

export async function findDropsOf(deps: Deps, projectId: string): Promise<void> {
  await tellFalls(deps, { projectId, ...(await lookAtSteps(deps, projectId)) });
}
