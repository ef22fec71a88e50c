import { ATTR, EVENT, type GuidanceAction } from "@voxloop/contract";
import type { Attributes, VoxEvent } from "../../core/event.ts";
import type { FeatureClient } from "../../core/feature.ts";
import type { Ground } from "../prompts/ground.ts";
import { changeMemory } from "../prompts/memory.ts";

/** The recovery window of error groups. */
const WINDOW_MS = 30 * 60_000;

export type Report = (action: GuidanceAction, own: Attributes) => void;

/** Once for each guidance that was shown: the same customer then succeeded in the same flow, also on a later page. */
export function watchRecovery(
  client: FeatureClient,
  ground: Ground,
  report: Report,
): (event: VoxEvent) => void {
  return ({ name, time, attributes }) => {
    if (name !== EVENT.transaction || attributes[ATTR.outcome] !== "succeeded") return;
    const { hopes = [] } = ground.memory();
    const flow = attributes[ATTR.flow];
    const isFulfilled = (hope: (typeof hopes)[number]): boolean =>
      hope.own[ATTR.flow] === flow && hope.session === attributes[ATTR.sessionId] && isOpen(hope.at);
    const isOpen = (at: number): boolean => time - at <= WINDOW_MS;
    const fulfilled = hopes.filter(isFulfilled);
    if (!fulfilled.length) return;
    changeMemory(client.store, (memory) => {
      memory.hopes = hopes.filter((hope) => !fulfilled.includes(hope) && isOpen(hope.at));
    });
    for (const { own } of fulfilled) report("recovered", own);
  };
}
