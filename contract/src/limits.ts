/** What the collector accepts at most; the SDK keeps below it. */
export const LIMITS = {
  /** Bytes of a request body as sent. */
  bodyBytes: 4 * 1024 * 1024,
  /** Bytes of a request body after decompression. */
  inflatedBytes: 16 * 1024 * 1024,
  recordsPerRequest: 10_000,
  /** Bytes of a request's events as stored, where each carries what its resource has once. */
  storedBytes: 64 * 1024 * 1024,
  attributesPerRecord: 128,
  attributeKeyLength: 128,
  attributeValueLength: 8_192,
  stacktraceLength: 32_768,
  eventNameLength: 128,
  /** Nesting of OTLP `AnyValue` (arrays and key-value lists). */
  nestingDepth: 8,
} as const;
