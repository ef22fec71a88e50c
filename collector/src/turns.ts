import { setImmediate } from "node:timers/promises";

/** A request waits so long at most for work that is done between requests. */
const TURN_MS = 4;

/** Does work that is cut into steps, and lets others have their turn between them: a batch of megabytes holds up no answer. */
export async function inTurns<Result>(work: Generator<void, Result>): Promise<Result> {
  let since = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() - since < TURN_MS) continue;
    await setImmediate();
    since = performance.now();
  }
}
