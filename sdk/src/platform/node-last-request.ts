import { Worker } from "node:worker_threads";
import type { Settings } from "../core/options.ts";
import { addressOf, headersOf } from "./node-transport.ts";

/** How long the end of a process is held up at most. */
const PATIENCE_MS = 2_000;
/** Requests at once. */
const CONCURRENCY = 8;

/** Runs in a thread of its own, whose event loop goes on while the process waits in its last words. */
const POST_ALL = `
const { workerData } = require("node:worker_threads");
const { done, url, headers, bodies, concurrency } = workerData;
const post = (body) => fetch(url, { method: "POST", headers, body }).then((response) => response.arrayBuffer());
const worker = async () => {
  for (let body; (body = bodies.shift()) !== undefined; ) await post(body).catch(() => undefined);
};
Promise.all(Array.from({ length: concurrency }, worker)).finally(() => {
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
});
`;

/**
 * Sends while the process ends, when nothing asynchronous happens any more: a thread posts, and this one waits. An id
 * that arrives twice is counted once, so what was on its way may be sent again.
 */
export function postBeforeEnd(settings: Settings, bodies: readonly string[]): void {
  if (!bodies.length) return;
  const done = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(POST_ALL, {
    eval: true,
    // The app's own flags and preloads have no business here, nor has its instrumentation.
    execArgv: [],
    env: {},
    workerData: {
      done,
      url: addressOf(settings),
      headers: headersOf(settings),
      bodies: [...bodies],
      concurrency: CONCURRENCY,
    },
  });
  worker.on("error", () => undefined);
  worker.unref();
  Atomics.wait(done, 0, 0, PATIENCE_MS);
}
