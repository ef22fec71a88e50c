import { ATTR } from "@voxloop/contract";
import type { Texts } from "../ingest/attribute-text.ts";
import type { ResourceRecords } from "../ingest/record.ts";
import type { Source } from "./report.ts";

/** Our SDK names itself in the scope alone, which costs no event a byte. */
const OUR_SCOPE = "@voxloop/sdk";

/** Which app sends, by its resource; the names are those of OpenTelemetry's semantic conventions. */
export function sourceOf(resource: Texts, scope: ResourceRecords["scope"]): Source {
  const isOurs = scope?.name === OUR_SCOPE;
  const of = (attribute: "name" | "version") =>
    resource.get(`telemetry.distro.${attribute}`) ?? resource.get(`telemetry.sdk.${attribute}`) ?? "";
  return {
    service: resource.get(ATTR.serviceName) ?? "",
    version: resource.get(ATTR.serviceVersion) ?? "",
    sdk: isOurs ? OUR_SCOPE : of("name"),
    sdkVersion: isOurs ? scope.version : of("version"),
  };
}
