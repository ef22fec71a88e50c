import type { ServerOptions } from "node:http";

/**
 * Of the HTTP server before a collector, in production and in tests. What a sender may take to send a request is bounded, so
 * that one who sends a byte a minute holds no connection for long; the collector's own deadline for a body is shorter.
 */
export const SERVER_OPTIONS = {
  headersTimeout: 15_000,
  requestTimeout: 120_000,
  // Longer than load balancers keep an idle connection (60 s): who closes first must not be the one that is being sent to.
  keepAliveTimeout: 65_000,
  /** How often these are looked at. */
  connectionsCheckingInterval: 5_000,
} as const satisfies ServerOptions;
