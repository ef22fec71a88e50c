import { setTimeout as sleep } from "node:timers/promises";
import type { CollectorProcess } from "./collector.ts";

const LIVES_MS = 1_000;
const DOWN_MS = 300;

/** Kills one collector after the other with SIGKILL, at any moment, and starts it again. */
export async function killLoop(
  collectors: readonly CollectorProcess[],
  kills: number,
  onKill: (number: number) => void = () => undefined,
): Promise<void> {
  for (let number = 0; number < kills; number += 1) {
    await sleep(Math.random() * LIVES_MS);
    const victim = collectors[number % collectors.length];
    await victim?.kill();
    await sleep(Math.random() * DOWN_MS);
    await victim?.start();
    onKill(number + 1);
  }
}
