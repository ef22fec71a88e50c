import type { DeviceStore } from "../core/store.ts";

const PREFIX = "voxloop.";

/** localStorage while that is allowed; what may not be there, or has no room, lives as long as the page. */
export function createBrowserStore(isDurable: boolean): DeviceStore {
  const memory = new Map<string, string>();

  function write(key: string, value: string): void {
    memory.set(key, value);
    if (!isDurable) return;
    tryOut(() => {
      if (value) localStorage.setItem(PREFIX + key, value);
      else localStorage.removeItem(PREFIX + key);
      memory.delete(key);
    });
  }

  return {
    read: (key) => memory.get(key) ?? ((isDurable && tryOut(() => localStorage.getItem(PREFIX + key))) || ""),
    write,
    isDurable: () => isDurable,
    allow(allowed) {
      isDurable = allowed;
      for (const [key, value] of memory) write(key, value);
    },
    clear() {
      memory.clear();
      tryOut(() => {
        for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
      });
    },
  };
}

/** Storage that is blocked or full throws: then memory has it. */
function tryOut<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
