export interface RateLimit {
  /** Default 10. */
  eventsPerSecond?: number | undefined;
  /** Events at once, after a quiet time. Default ten times as many. */
  burst?: number | undefined;
}

/** A token bucket: true while an event may go. `now` is in milliseconds; a clock set back adds nothing. */
export function createRateLimit({
  eventsPerSecond = 10,
  burst = 10 * eventsPerSecond,
}: RateLimit): (now: number) => boolean {
  let tokens = burst;
  let last = Infinity;
  return (now) => {
    tokens = Math.min(burst, tokens + (Math.max(0, now - last) / 1_000) * eventsPerSecond);
    last = now;
    return tokens >= 1 && !!tokens--;
  };
}
