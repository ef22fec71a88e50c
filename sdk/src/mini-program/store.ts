import type { DeviceStore } from "../core/store.ts";
import type { Wx } from "./wx.ts";

export const PREFIX = "voxloop.";

/** The mini-program's storage while that is allowed; read once, as every read crosses to the native side. */
export function createWxStore(wx: Wx): DeviceStore {
  const known = new Map<string, string>();
  let isDurable = true;

  function write(key: string, value: string): void {
    known.set(key, value);
    if (!isDurable) return;
    tryOut(() => (value ? wx.setStorageSync(PREFIX + key, value) : wx.removeStorageSync(PREFIX + key)));
  }
  return {
    read(key) {
      const cached = known.get(key);
      if (cached !== undefined || !isDurable) return cached ?? "";
      const stored = tryOut(() => wx.getStorageSync(PREFIX + key));
      const value = typeof stored === "string" ? stored : "";
      known.set(key, value);
      return value;
    },
    write,
    isDurable: () => isDurable,
    allow(allowed) {
      if (allowed === isDurable) return;
      isDurable = allowed;
      if (allowed) for (const [key, value] of known) write(key, value);
    },
    clear() {
      known.clear();
      tryOut(() => {
        for (const key of wx.getStorageInfoSync().keys) if (key.startsWith(PREFIX)) wx.removeStorageSync(key);
      });
    },
  };
}

/** Storage that is full throws: then memory has it. */
export function tryOut<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
