import { parentPort } from "node:worker_threads";
import { type Conversion, convertToBlock } from "./convert.ts";
import { type Answer, READY } from "./converter.ts";
import { Refused } from "./refused.ts";

/* The thread of a converter: answers every conversion it is sent, in order. */
/* oxlint-disable unicorn/require-post-message-target-origin -- windows have origins, threads have none */

parentPort?.on("message", ({ number, of }: { number: number; of: Conversion }) => {
  try {
    const converted = convertToBlock(of);
    const answer: Answer = { number, converted };
    parentPort?.postMessage(answer, [converted.content.buffer as ArrayBuffer]);
  } catch (error) {
    const { reason, message } =
      error instanceof Refused ? error : new Refused("internal", `internal error: ${String(error)}`);
    const answer: Answer = { number, refused: { reason, message } };
    parentPort?.postMessage(answer);
  }
});

parentPort?.postMessage(READY);
