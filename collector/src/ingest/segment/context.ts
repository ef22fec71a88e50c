import { ATTR } from "@voxloop/contract";
import { type Fields, isFields, valueOf } from "../json-fields.ts";
import type { Attributes } from "../record.ts";

/** What is kept of a call's context, by the path to it; of what fills the same attribute the first that is there. */
const SOURCES: readonly (readonly [path: string, name: string])[] = [
  ["app.name", ATTR.serviceName],
  ["app.version", ATTR.serviceVersion],
  ["app.build", "app.build_id"],
  ["os.name", ATTR.osName],
  ["userAgentData.platform", ATTR.osName],
  ["os.version", ATTR.osVersion],
  ["device.model", ATTR.deviceModel],
  ["device.manufacturer", "device.manufacturer"],
  ["location.region", ATTR.region],
  ["locale", "browser.language"],
  ["page.path", ATTR.urlPath],
  ["page.url", "url.full"],
  ["userAgent", ATTR.userAgent],
  ["sessionId", ATTR.sessionId],
  ["groupId", "vox.group.id"],
  ["library.name", "telemetry.sdk.name"],
  ["library.version", "telemetry.sdk.version"],
];

/**
 * Adds what we know of a call's context, and what has a name of an attribute (with a dot, e.g. `vox.flow`). The rest, above
 * all the address of the network, the ids of the device and the traits of the customer, is not kept.
 */
export function addContext(attributes: Attributes, context: Fields): void {
  for (const [path, name] of SOURCES) {
    const value = at(context, path);
    const isKept = (typeof value === "string" && value !== "") || typeof value === "number";
    if (isKept && !attributes.has(name)) attributes.set(name, value);
  }
  addPath(attributes);
  for (const [name, value] of Object.entries(context))
    if (name.includes(".") && value !== null) attributes.set(name, valueOf(value));
}

/** The path is what an address is kept for; a page's own address says more than its path only to a browser. */
export function addPath(attributes: Attributes): void {
  const address = attributes.get("url.full");
  attributes.delete("url.full");
  if (typeof address !== "string" || attributes.has(ATTR.urlPath)) return;
  const path = URL.parse(address)?.pathname;
  if (path !== undefined) attributes.set(ATTR.urlPath, path);
}

function at(context: Fields, path: string): unknown {
  let value: unknown = context;
  for (const name of path.split("."))
    value = isFields(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}
