/** Key-value text that outlives the page where consent, `persistence` and the platform allow it. */
export interface Store {
  /** "" for what is not there. */
  read: (key: string) => string;
  /** "" removes. */
  write: (key: string, value: string) => void;
}

/** A store that knows the device. */
export interface DeviceStore extends Store {
  isDurable: () => boolean;
  /** Whether the device may be used. What was written before moves there. */
  allow: (isDurable: boolean) => void;
  /** Removes everything. */
  clear: () => void;
}

/** Lives as long as the client. */
export function createMemoryStore(): DeviceStore {
  const memory = new Map<string, string>();
  return {
    read: (key) => memory.get(key) ?? "",
    write: (key, value) => void memory.set(key, value),
    isDurable: () => false,
    allow: () => undefined,
    clear: () => memory.clear(),
  };
}
