import type { Store } from "../core/store.ts";

/** localStorage; what it refuses, being blocked or full, lives as long as the page. */
export function createStore(): Store {
  const memory = new Map<string, string>();
  return {
    read(key) {
      try {
        return memory.get(key) ?? localStorage.getItem(key) ?? undefined;
      } catch {
        return undefined;
      }
    },
    write(key, value) {
      memory.set(key, value);
      try {
        localStorage.setItem(key, value);
        memory.delete(key);
      } catch {
        // Blocked or full: memory has it.
      }
    },
  };
}
