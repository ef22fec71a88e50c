import { setTimeout as sleep } from "node:timers/promises";
import type { CollectorProcess } from "./collector.ts";

const LIVES_MS = 3_000;
const DOWN_MS = 300;

/** Kills the collectors with SIGKILL, each at any moment of its life, and starts them again; so many times in all. */
export async function killLoop(
  collectors: readonly CollectorProcess[],
  kills: number,
  onKill: (number: number) => void = () => undefined,
): Promise<void> {
  let begun = 0;
  let done = 0;
  const killOne = async (collector: CollectorProcess) => {
    while (begun < kills) {
      begun += 1;
      await sleep(Math.random() * LIVES_MS);
      await collector.kill();
      await sleep(Math.random() * DOWN_MS);
      await collector.start();
      done += 1;
      onKill(done);
    }
  };
  await Promise.all(collectors.map(killOne));
}
