export interface RateLimit {
  /** Default 10. */
  eventsPerSecond?: number | undefined;
  /** Events at once, after a quiet time. Default ten times as many. */
  burst?: number | undefined;
}

/**
 * Token buckets: true while an event may go. Errors have one of their own, so that noise cannot use it up. `now` is in
 * milliseconds; a clock set back adds nothing.
 */
export function createRateLimit({
  eventsPerSecond = 10,
  burst = 10 * eventsPerSecond,
}: RateLimit): (isError: boolean, now: number) => boolean {
  const tokens = [burst, burst];
  let last = Infinity;
  return (isError, now) => {
    const more = Math.max(0, now - last) * (eventsPerSecond / 1_000);
    last = now;
    tokens.forEach((count, index) => (tokens[index] = Math.min(burst, count + more)));
    const left = tokens[Number(isError)]!;
    if (left < 1) return false;
    tokens[Number(isError)] = left - 1;
    return true;
  };
}
