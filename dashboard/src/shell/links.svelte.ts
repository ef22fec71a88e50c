import { page } from "$app/state";

/** What of the address goes along from page to page: the range and the segment looked at. */
const KEPT = ["range", "segment"] as const;

type Kept = (typeof KEPT)[number];

/** A link that keeps the range and the segment looked at. */
export function ranged(path: string): string {
  return withKept(path, (name) => page.url.searchParams.get(name));
}

/** A link to a report of a segment, in the range looked at. */
export function ofSegment(path: string, segment: string): string {
  return withKept(path, (name) => (name === "segment" ? segment : page.url.searchParams.get(name)));
}

function withKept(path: string, valueOf: (name: Kept) => string | null): string {
  const kept = KEPT.flatMap((name) => {
    const value = valueOf(name);
    return value === null ? [] : [`${name}=${encodeURIComponent(value)}`];
  });
  if (kept.length === 0) return path;
  return `${path}${path.includes("?") ? "&" : "?"}${kept.join("&")}`;
}

export function isAt(path: string): boolean {
  const at = page.url.pathname;
  return path === "/" ? at === "/" : at === path || at.startsWith(`${path}/`);
}
