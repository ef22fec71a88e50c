import type { SavedGuidance } from "@voxloop/analytics/shapes";

export interface GuidedError {
  code: string;
  flow: string;
  type: string;
}

/** Guidance that apps show, or would, at errors of this group; its audience may be narrower. */
export function guidanceOf(error: GuidedError, all: readonly SavedGuidance[]): SavedGuidance[] {
  return all.filter(({ state, published }) => {
    if (state !== "published" || published === null) return false;
    const { code, flow, errorType } = published.content.match;
    const pairs = [
      [code, error.code],
      [flow, error.flow],
      [errorType, error.type],
    ];
    return pairs.every(([wanted, found]) => wanted === undefined || wanted === found);
  });
}

/** The page where guidance for it is written. */
export function newGuidanceHref({ code, flow, type }: GuidedError): string {
  const search = new URLSearchParams(code === "" ? { type } : { code });
  if (flow !== "") search.set("flow", flow);
  return `/guidance?${search.toString()}`;
}
