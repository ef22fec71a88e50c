export interface Latency {
  p50: number;
  p99: number;
  max: number;
}

/** Quantiles of latencies in milliseconds, by nearest rank. */
export function describeLatencies(latencies: readonly number[]): Latency {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
