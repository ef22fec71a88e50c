export const FILTER_PROPERTIES = [
  "release",
  "channel",
  "audience",
  "region",
  "os",
  "flow",
  "step",
  "page",
  "environment",
] as const;
export type FilterProperty = (typeof FILTER_PROPERTIES)[number];

export interface ErrorFilter {
  property: FilterProperty;
  value: string;
}

/** `property:value` of the address; one that names an unknown property or no value is left out. */
export function readFilters(texts: readonly string[]): ErrorFilter[] {
  return texts.flatMap((text) => {
    const at = text.indexOf(":");
    const property = FILTER_PROPERTIES.find((known) => known === text.slice(0, at));
    const value = text.slice(at + 1).trim();
    return property === undefined || value === "" ? [] : [{ property, value }];
  });
}

/** For the address and for the api; the same filter twice is one. */
export function writeFilters(filters: readonly ErrorFilter[]): string[] {
  return [...new Set(filters.map(({ property, value }) => `${property}:${value}`))];
}
