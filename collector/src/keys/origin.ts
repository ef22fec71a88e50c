import type { WriteKeyGrant } from "./grant.ts";

/**
 * Whether a page of this origin may send with a key. A request without an `Origin` comes from no page: apps and servers send
 * none, and could send any, so that origins keep other sites' pages out and nothing else.
 */
export function allowsOrigin({ allowedOrigins }: WriteKeyGrant, origin: string | undefined): boolean {
  if (allowedOrigins.length === 0 || origin === undefined || origin === "") return true;
  const sent = origin.toLowerCase();
  return allowedOrigins.some((allowed) => matches(allowed, sent));
}

/** `*.` stands for one or more labels, as in a Content-Security-Policy, and so not for the bare domain. */
function matches(allowed: string, sent: string): boolean {
  const star = allowed.indexOf("://*.");
  if (star === -1) return allowed === sent;
  const scheme = allowed.slice(0, star + 3);
  const domain = allowed.slice(star + 4);
  if (!sent.startsWith(scheme) || !sent.endsWith(domain)) return false;
  return /^[^/:@?#]+$/.test(sent.slice(scheme.length, -domain.length));
}
