import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { Problem } from "../http/problem.ts";
import { AddressRefused, isPublicAddress } from "./address.ts";

/** The host of a URL as sockets take it: an IPv6 address without its brackets. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, "$1");
}

/** Throws AddressRefused for a URL that names an address which is not public; sockets look up names only. */
export function assertAddressAllowed(url: URL, allowPrivate: boolean): void {
  const host = hostOf(url);
  if (!allowPrivate && isIP(host) !== 0 && !isPublicAddress(host)) throw new AddressRefused(host);
}

/** Refuses (400) a webhook's URL that could never be delivered to, when it is set; each delivery is checked again. */
export async function checkTarget(text: string, allowPrivate: boolean): Promise<void> {
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") throw invalid("must not carry a user name or password");
  const host = hostOf(url);
  const addresses = await lookup(host, { all: true }).catch(() => []);
  if (addresses.length === 0) throw invalid(`the host ${host} has no address`);
  const refused = allowPrivate ? undefined : addresses.find(({ address }) => !isPublicAddress(address));
  if (refused !== undefined) {
    throw invalid(`${host} leads to ${refused.address}, which is not a public address`);
  }
}

function invalid(reason: string): Problem {
  return new Problem(400, "Invalid request", {
    detail: `url: ${reason}`,
    in: "json",
    errors: [{ field: "url", reason }],
  });
}
