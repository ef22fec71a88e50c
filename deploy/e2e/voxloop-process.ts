import { fileURLToPath } from "node:url";
import { startChild } from "@voxloop/testing";

const MAIN = fileURLToPath(new URL("../src/standalone/main.ts", import.meta.url));

const READY_WITHIN_MS = 120_000;

/** Credentials that exist from the first start. */
export const TOKEN = "vxl_endToEndTestTokenOf32Characters";
export const WRITE_KEY = "vwk_endToEndTestWriteKey01";

export interface VoxloopProcess {
  url: string;
  /** Ends it as an operator would and gives the exit code. */
  stop(): Promise<number | null>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

/** Starts the real process, as a person would, and waits until it answers `/readyz`. */
export async function startVoxloop(options: {
  port: number;
  args?: string[];
  env: Record<string, string>;
}): Promise<VoxloopProcess> {
  const url = `http://127.0.0.1:${options.port}`;
  const env = {
    PATH: process.env["PATH"],
    VOXLOOP_PORT: String(options.port),
    VOXLOOP_BOOTSTRAP_TOKEN: TOKEN,
    VOXLOOP_BOOTSTRAP_WRITE_KEY: WRITE_KEY,
    VOXLOOP_LOG_LEVEL: "warn",
    ...options.env,
  };
  const isReady = () => fetch(`${url}/readyz`).then((answer) => answer.ok);
  const child = await startChild([process.execPath, MAIN, ...(options.args ?? [])], isReady, {
    env,
    readyWithinMs: READY_WITHIN_MS,
  });
  return {
    url,
    stop: () => child.end(),
    kill: async () => void (await child.end("SIGKILL")),
  };
}

/** Asks again until `check` gives something; fails with `what` after `timeoutMs`. */
export async function until<Found>(
  what: string,
  timeoutMs: number,
  check: () => Promise<Found | undefined | false>,
): Promise<Found> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await new Promise((done) => setTimeout(done, 200));
  }
}
