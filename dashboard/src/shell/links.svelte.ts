import { page } from "$app/state";

/** A link that keeps the range looked at. */
export function ranged(path: string): string {
  const range = page.url.searchParams.get("range");
  if (range === null) return path;
  return `${path}${path.includes("?") ? "&" : "?"}range=${encodeURIComponent(range)}`;
}

export function isAt(path: string): boolean {
  const at = page.url.pathname;
  return path === "/" ? at === "/" : at === path || at.startsWith(`${path}/`);
}
