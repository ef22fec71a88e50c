import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** Must not outlive the tests. */
const running = new Set<ChildProcess>();
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));

const MAIN = fileURLToPath(new URL("../src/standalone/main.ts", import.meta.url));

const READY_WITHIN_MS = 120_000;

/** Credentials that exist from the first start. */
export const TOKEN = "vxl_endToEndTestTokenOf32Characters";
export const WRITE_KEY = "vwk_endToEndTestWriteKey01";

export interface VoxloopProcess {
  url: string;
  /** All it has printed so far. */
  output(): string;
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
  const child = spawn(process.execPath, [MAIN, ...(options.args ?? [])], {
    env: {
      PATH: process.env["PATH"],
      VOXLOOP_PORT: String(options.port),
      VOXLOOP_BOOTSTRAP_TOKEN: TOKEN,
      VOXLOOP_BOOTSTRAP_WRITE_KEY: WRITE_KEY,
      VOXLOOP_LOG_LEVEL: "warn",
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data: Buffer) => chunks.push(data.toString()));
  running.add(child);
  child.once("exit", () => running.delete(child));
  const output = () => chunks.join("");
  const url = `http://127.0.0.1:${options.port}`;
  await untilReady(url, child, output);
  return {
    url,
    output,
    stop: async () => exitOf(child, "SIGTERM"),
    kill: async () => void (await exitOf(child, "SIGKILL")),
  };
}

async function exitOf(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = once(child, "exit");
  child.kill(signal);
  await exit;
  return child.exitCode;
}

async function untilReady(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the process ended with ${child.exitCode}:\n${output()}`);
    const isReady = await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) return;
    if (Date.now() > deadline) throw new Error(`not ready after ${READY_WITHIN_MS} ms:\n${output()}`);
    await new Promise((done) => setTimeout(done, 100));
  }
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
