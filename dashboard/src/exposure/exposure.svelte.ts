import type { ExposureQuery, ExposureResult } from "@voxloop/analytics/shapes";
import { call } from "#api.ts";
import { timesOf, type RangeKey } from "#range.ts";
import { Resource } from "#resource.svelte.ts";
import { session } from "#session.svelte.ts";

export interface Asked {
  fingerprint: string;
  /** "" compares customers of the app. */
  flow: string;
  withinDays: number;
  range: RangeKey;
}

/** Whether customers who met an error return less than others. */
export function createExposure(asked: () => Asked): Resource<ExposureResult> {
  return new Resource((signal) => {
    const { fingerprint, flow, withinDays, range } = asked();
    const body: ExposureQuery = {
      fingerprint,
      withinDays,
      ...(flow !== "" && { flow }),
      ...timesOf(range, new Date()),
    };
    return call(session.path("/retention/exposure/query"), { method: "POST", body, signal });
  });
}
