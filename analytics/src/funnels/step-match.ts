import { matchEvent, type EventMatch } from "../filters/event-filter.ts";
import type { FunnelStep } from "./funnel.ts";

/** Whether an event is one of a step, as SQL; `prefix` keeps its parameters apart from other steps'. */
export const matchStep = ({ event, where }: FunnelStep, prefix: string): EventMatch =>
  matchEvent({ event, ...(where === undefined ? {} : { where }) }, prefix);
