import type { Attributes } from "../../core/event.ts";
import type { Store } from "../../core/store.ts";

/** A guidance that was shown, while its customer may still succeed. */
export interface Hope {
  at: number;
  session: string | undefined;
  /** What the guidance's events say. */
  own: Attributes;
}

/** What this device remembers of prompts; its tabs share it. */
export interface Memory {
  /** The session of what was seen, and the guidance that was chosen in it: which, for which error. */
  session?: string | undefined;
  seen?: string[];
  /** The session, and the time, in which a prompt was shown last. */
  promptedIn?: string | undefined;
  promptedAt?: number;
  /** When a survey was shown last: any, and each. */
  surveyAt?: number;
  surveys?: Record<string, number>;
  hopes?: Hope[];
}

const KEY = "prompts";

export function readMemory(store: Store): Memory {
  try {
    return Object(JSON.parse(store.read(KEY))) as Memory;
  } catch {
    return {};
  }
}

export function changeMemory(store: Store, change: (memory: Memory) => void): void {
  const memory = readMemory(store);
  change(memory);
  store.write(KEY, JSON.stringify(memory));
}
