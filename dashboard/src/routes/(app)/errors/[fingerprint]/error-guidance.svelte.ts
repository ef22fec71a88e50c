import type { GuidanceRecovery, SavedGuidance } from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import type { Page } from "#paged.svelte.ts";
import { guidanceOf, type GuidedError } from "#prompts/error-guidance.ts";
import { timesOf, type RangeKey } from "#range.ts";
import { Resource } from "#resource.svelte.ts";
import { session } from "#session.svelte.ts";

export interface Answer {
  guidance: SavedGuidance;
  recovery: GuidanceRecovery;
}

const LIST_MAX = 100;

/** The guidance that answers an error, and how many customers it helped through. */
export function createErrorGuidance(of: () => GuidedError, range: () => RangeKey): Resource<Answer[]> {
  return new Resource((signal) => findAnswers(of(), range(), signal));
}

async function findAnswers(of: GuidedError, range: RangeKey, signal: AbortSignal): Promise<Answer[]> {
  const query = timesOf(range, new Date());
  const list = await call<Page<SavedGuidance>>(session.path("/guidance"), {
    query: { limit: LIST_MAX },
    signal,
  });
  const answers = guidanceOf(of, list.items).map(async (guidance) => {
    const path = session.path(`/guidance/${guidance.id}/recovery`);
    return { guidance, recovery: await call<GuidanceRecovery>(path, { query, signal }) };
  });
  return await Promise.all(answers);
}
