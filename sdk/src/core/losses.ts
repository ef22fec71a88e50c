/** Events that were not delivered, by reason, until they have been reported. */
export interface Losses {
  add(reason: string, count?: number): void;
  /** The counts since the last take. */
  take(): [reason: string, count: number][];
}

export function createLosses(warn: (message: string) => void): Losses {
  let counts = new Map<string, number>();
  return {
    add(reason, count = 1) {
      if (!(count > 0)) return;
      counts.set(reason, (counts.get(reason) ?? 0) + count);
      warn(`${count} event(s) dropped: ${reason}`);
    },
    take() {
      const taken = [...counts];
      counts = new Map();
      return taken;
    },
  };
}
