/** A burst may bring what the rate allows in so many seconds. */
export const BURST_SECONDS = 10;

/**
 * A token bucket: full it holds ten seconds' worth of events, and it fills at the rate. Counted in thousandths of an event
 * on a clock of milliseconds, so that all of it is whole numbers. More events at once than the bucket holds are taken from a
 * full one, which then owes them: they wait long, but not for ever, and the rate holds over time.
 */
export class TokenBucket {
  #level: number | undefined;
  #at = 0;

  /** How long until so many events may come, in milliseconds; 0 is now. */
  wait(events: number, rate: number, now: number): number {
    const level = this.#fill(rate, now);
    const needed = Math.min(events * 1000, capacity(rate));
    return Math.max(0, Math.ceil((needed - level) / rate));
  }

  /** Takes events, which `wait` must have allowed; a negative number gives them back. */
  take(events: number, rate: number, now: number): void {
    this.#level = Math.min(capacity(rate), this.#fill(rate, now) - events * 1000);
  }

  /** Whole events that may come now. */
  remaining(rate: number, now: number): number {
    return Math.max(0, Math.floor(this.#fill(rate, now) / 1000));
  }

  #fill(rate: number, now: number): number {
    const elapsed = Math.max(0, now - this.#at);
    const level = this.#level === undefined ? capacity(rate) : this.#level + elapsed * rate;
    this.#at = now;
    this.#level = Math.min(capacity(rate), level);
    return this.#level;
  }
}

function capacity(rate: number): number {
  return BURST_SECONDS * rate * 1000;
}
