import { ATTR } from "@voxloop/contract";
import type { Texts } from "../ingest/attribute-text.ts";
import type { Source } from "./report.ts";

/** Which app sends, by its resource; the names are those of OpenTelemetry's semantic conventions. */
export function sourceOf(resource: Texts): Source {
  return {
    service: resource.get(ATTR.serviceName) ?? "",
    version: resource.get(ATTR.serviceVersion) ?? "",
    sdk: resource.get("telemetry.distro.name") ?? resource.get("telemetry.sdk.name") ?? "",
    sdkVersion: resource.get("telemetry.distro.version") ?? resource.get("telemetry.sdk.version") ?? "",
  };
}
