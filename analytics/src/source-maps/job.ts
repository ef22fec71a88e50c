import type { Job } from "../scheduler/job.ts";
import { deleteUnusedMaps } from "./store.ts";

/** Deletes maps that led nobody to a source for long. Safe to run twice, because what is deleted stays so. */
export const deleteUnusedMapsJob: Job = {
  id: "delete-unused-source-maps",
  everyMs: 3_600_000,
  run: ({ ledger, now }) => deleteUnusedMaps(ledger, now()),
};
