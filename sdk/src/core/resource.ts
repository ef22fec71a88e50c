import { ATTR } from "@voxloop/contract";
import type { Settings } from "./options.ts";

/** What is the same for every event of a client. */
export function resourceOf({ service, release, environment }: Settings): Record<string, string> {
  return { [ATTR.serviceName]: service, [ATTR.serviceVersion]: release, [ATTR.environment]: environment };
}
