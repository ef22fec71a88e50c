import type { Deps } from "../deps.ts";

/** Repeating work of one slice; safe to run twice, because a run may be repeated after a crash. */
export interface Job {
  id: string;
  everyMs: number;
  run(deps: Deps): Promise<void>;
}
