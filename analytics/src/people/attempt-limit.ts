/** Counts attempts by key in this process; `take` gives the seconds to wait, 0 when the attempt is allowed. */
export interface AttemptLimit {
  take(key: string, now: Date): number;
  /** Forgets the attempts of a key, after one that succeeded. */
  clear(key: string): void;
}

const MAX_KEYS = 10_000;

export function createAttemptLimit(options: { attempts: number; windowSeconds: number }): AttemptLimit {
  const windows = new Map<string, { count: number; endsAtMs: number }>();

  /** Keeps memory bounded under a flood of made-up keys: the oldest go first. */
  function makeRoom(nowMs: number): void {
    for (const [key, window] of windows) {
      if (window.endsAtMs > nowMs && windows.size < MAX_KEYS) return;
      windows.delete(key);
    }
  }

  return {
    take(key, now) {
      const nowMs = now.getTime();
      const running = windows.get(key);
      if (running === undefined || running.endsAtMs <= nowMs) {
        windows.delete(key);
        makeRoom(nowMs);
        windows.set(key, { count: 1, endsAtMs: nowMs + options.windowSeconds * 1000 });
        return 0;
      }
      if (running.count >= options.attempts) return Math.ceil((running.endsAtMs - nowMs) / 1000);
      running.count++;
      return 0;
    },
    clear: (key) => void windows.delete(key),
  };
}
