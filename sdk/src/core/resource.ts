import { ATTR } from "@voxloop/contract";
import type { Settings } from "./options.ts";
import { VERSION } from "./version.ts";

/** What is the same for every event of a client. */
export function resourceOf(
  { service, release, environment }: Settings,
  language: string,
): Record<string, string> {
  return {
    [ATTR.serviceName]: service,
    [ATTR.serviceVersion]: release,
    [ATTR.environment]: environment,
    "telemetry.sdk.name": "voxloop",
    "telemetry.sdk.language": language,
    "telemetry.sdk.version": VERSION,
  };
}
