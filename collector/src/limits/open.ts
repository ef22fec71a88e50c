import { join } from "node:path";
import type { Logger } from "../logger.ts";
import { readStateFile, StateFile } from "../state-file.ts";
import { dailyCountsShape } from "./daily-counts.ts";
import { Limits } from "./limits.ts";

/** The limits, with the counts of the day in `quotas.json` of `folder`; `close` writes them. */
export async function openLimits(of: {
  folder: string;
  now: () => Date;
  log: Logger;
}): Promise<{ limits: Limits; close: () => Promise<void> }> {
  const path = join(of.folder, "quotas.json");
  const state = await readStateFile(path, dailyCountsShape, of.log);
  const limits: Limits = new Limits({ now: of.now, onChange: () => file.touch(), state });
  const file = new StateFile({ path, log: of.log, content: () => limits.state });
  return { limits, close: () => file.close() };
}
