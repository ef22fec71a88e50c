import { Problem } from "../http/problem.ts";

/** Live tails cost a query a second each, so their number is limited. */
export class Seats {
  readonly #limits: { each: number; all: number };
  readonly #taken = new Map<string, number>();
  #all = 0;

  constructor(limits: { each: number; all: number }) {
    this.#limits = limits;
  }

  /** Takes a seat and gives the way to leave it; a Problem (429) when there is none. */
  take(who: string): () => void {
    const own = this.#taken.get(who) ?? 0;
    if (own >= this.#limits.each || this.#all >= this.#limits.all)
      throw new Problem(429, "Too many live tails", {
        detail:
          own >= this.#limits.each ? `At most ${this.#limits.each} a person; close one.` : "Try again later.",
        retryAfterSeconds: 10,
      });
    this.#taken.set(who, own + 1);
    this.#all += 1;
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#all -= 1;
      const left = (this.#taken.get(who) ?? 1) - 1;
      if (left === 0) this.#taken.delete(who);
      else this.#taken.set(who, left);
    };
  }
}
