import type { Settings } from "./options.ts";

/** True when the app wants requests to this address to carry the trace of its transaction. */
export function isTarget({ tracePropagationTargets = [] }: Settings, url: unknown): boolean {
  const address = absolute(url);
  return tracePropagationTargets.some((target) =>
    target instanceof RegExp ? address.search(target) >= 0 : address.startsWith(absolute(target)),
  );
}

/** With an origin's slash at its end, so that `https://api.bank.com` is no start of `https://api.bank.com.evil.com`. */
function absolute(address: unknown): string {
  const { URL, location } = globalThis;
  // Mini-programs have none, and no relative addresses either.
  return URL
    ? new URL(String(address), location?.href).href
    : String(address).replace(/^\w+:\/\/[^/]+$/, "$&/");
}
