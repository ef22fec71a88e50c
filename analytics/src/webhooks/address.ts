import { lookup, type LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";

/** Public by registry, yet reached from inside a cloud only: Azure's host agent. */
const METADATA_ADDRESSES = new Set(["168.63.129.16"]);
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/** Thrown, and logged as the attempt's error, when a name or URL leads to an address that webhooks must not reach. */
export class AddressRefused extends Error {
  constructor(address: string) {
    super(`The address ${address} is not public`);
  }
}

/** Whether an IP address is one of the public internet; an IPv4 address within an IPv6 one counts as itself. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (address.range() !== "unicast" || METADATA_ADDRESSES.has(address.toString())) return false;
  // ipaddr.js calls everything without a known purpose unicast, e.g. the IPv4-compatible ::7f00:1.
  return !(address instanceof ipaddr.IPv6) || address.match(GLOBAL_UNICAST);
}

/**
 * A `lookup` for sockets that refuses a name when any of its addresses is not public. The socket connects to the very
 * addresses that were checked, so a name that changes its mind in between (DNS rebinding) gains nothing.
 */
export function createGuardedLookup(options: { allowPrivate: boolean }): LookupFunction {
  return (hostname, lookupOptions, callback) => {
    lookup(hostname, { ...lookupOptions, all: true }, (error, addresses) => {
      const problem = error ?? problemOf(addresses, options.allowPrivate);
      const [first] = addresses ?? [];
      if (problem !== undefined || first === undefined) {
        callback(problem ?? new Error(`${hostname} has no address`), "");
      } else if (lookupOptions.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function problemOf(addresses: readonly LookupAddress[], allowPrivate: boolean): Error | undefined {
  const refused = allowPrivate ? undefined : addresses.find(({ address }) => !isPublicAddress(address));
  return refused && new AddressRefused(refused.address);
}
