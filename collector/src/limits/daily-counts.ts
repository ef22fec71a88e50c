import { z } from "zod";
import { BoundedMap } from "../bounded-map.ts";

const DAY_MS = 86_400_000;

export const dailyCountsShape = z.object({ day: z.number().int(), used: z.record(z.string(), z.number()) });
export type DailyCountsState = z.infer<typeof dailyCountsShape>;

/** Events by name in the present UTC day; a new day begins at nothing. */
export class DailyCounts {
  #day = 0;
  readonly #used: BoundedMap<number>;

  constructor(max: number, state?: DailyCountsState) {
    this.#used = new BoundedMap(max);
    if (state === undefined) return;
    this.#day = state.day;
    for (const [name, used] of Object.entries(state.used)) this.#used.set(name, used);
  }

  used(name: string, now: number): number {
    this.#turn(now);
    return this.#used.get(name) ?? 0;
  }

  /** A negative number takes back. */
  add(name: string, events: number, now: number): void {
    this.#used.set(name, Math.max(0, this.used(name, now) + events));
  }

  get state(): DailyCountsState {
    return { day: this.#day, used: Object.fromEntries(this.#used.entries()) };
  }

  #turn(now: number): void {
    const day = Math.floor(now / DAY_MS);
    if (day === this.#day) return;
    this.#day = day;
    this.#used.clear();
  }
}

/** Milliseconds until the next UTC day. */
export function untilNextDay(now: number): number {
  return DAY_MS - (now % DAY_MS);
}
