export { openCollector, type Collector, type CollectorOptions, type CollectorStats } from "./collector.ts";
export type { WriteKeyGrant } from "./keys/grant.ts";
export type { Logger } from "./logger.ts";
export { observeCollector } from "./telemetry/metrics.ts";
export { SERVER_OPTIONS } from "./server-options.ts";
