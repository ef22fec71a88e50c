/** Key-value text that outlives the page where the browser allows it. */
export interface Store {
  read(key: string): string | undefined;
  write(key: string, value: string): void;
}

/** localStorage; where it is blocked or full, what is written lives as long as the page. */
export function createStore(): Store {
  const memory = new Map<string, string>();
  return {
    read(key) {
      try {
        return localStorage.getItem(key) ?? memory.get(key);
      } catch {
        return memory.get(key);
      }
    },
    write(key, value) {
      memory.set(key, value);
      try {
        localStorage.setItem(key, value);
      } catch {
        // Blocked or full: memory has it.
      }
    },
  };
}
