import { goto } from "$app/navigation";

/** Puts choices into the address, so that a page can be shared and reloaded; `undefined` takes one out. */
export function setQuery(
  url: { href: string },
  changes: Record<string, string | readonly string[] | undefined>,
): void {
  const next = new URL(url.href);
  for (const [name, value] of Object.entries(changes)) {
    next.searchParams.delete(name);
    for (const one of value === undefined ? [] : [value].flat()) next.searchParams.append(name, one);
  }
  void goto(next, { replace: true, reset: false });
}
