import { spawn, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

// The shell becomes the server, with its pid. Beside it stays a watcher on a pipe from this process: a line says that the
// server was reaped; an end without one says that this process is gone, by kill -9 too, and the server goes with it.
const BOUND = `
exec 3<&0
( read -r _ <&3 || kill -KILL $$ ) >/dev/null 2>&1 &
exec "$@" </dev/null 3<&-`;

/** A server process that dies with this one, however this one ends. */
export interface Child {
  readonly pid: number;
  /** Ends it, gently unless told otherwise, waits until it is gone, and gives its exit code; null when a signal ended it. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts a server and waits until `isReady`; fails with what it printed when it ends before or takes too long (60 s). */
export async function startChild(
  [command, ...args]: [string, ...string[]],
  isReady: () => Promise<boolean>,
  { readyWithinMs = 60_000, ...options }: SpawnOptions & { readyWithinMs?: number } = {},
): Promise<Child> {
  const bound = ["-c", BOUND, "sh", command, ...args];
  const child = spawn("sh", bound, { ...options, stdio: ["pipe", "pipe", "pipe"] });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (data: Buffer) => printed.push(data.toString()));
  child.stdin?.on("error", () => undefined);
  child.once("exit", () => child.stdin?.end("reaped\n"));
  const deadline = Date.now() + readyWithinMs;
  while (!(await isReady().catch(() => false))) {
    const isGone = child.exitCode !== null || child.signalCode !== null;
    if (isGone || Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`${command} did not start: ${printed.join("").slice(-2_000)}`);
    }
    await sleep(50);
  }
  return {
    pid: child.pid ?? 0,
    async end(signal = "SIGTERM") {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const exit = once(child, "exit");
      child.kill(signal);
      await exit;
      return child.exitCode;
    },
  };
}

/** A port nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
