import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, startChild } from "../child.ts";

const SERVER = fileURLToPath(new URL("server.ts", import.meta.url));

export interface ClickHouseServer {
  /** `http://user:password@127.0.0.1:port/voxloop`. */
  url: string;
  port: number;
  path: string;
  /** Ends it as a crash would; its data stays for a server started on the same path. */
  kill(): Promise<void>;
  /** Ends it, and removes its data unless the path was given. */
  stop(): Promise<void>;
}

/** Starts ClickHouse's own engine behind its HTTP interface, in a process of its own. */
export async function startClickHouseServer(
  options: { path?: string; port?: number } = {},
): Promise<ClickHouseServer> {
  const path = options.path ?? (await mkdtemp(join(tmpdir(), "voxloop-clickhouse-")));
  const port = options.port ?? (await freePort());
  const [user, password] = ["default", "test'secret"];
  const args = ["--path", path, "--port", `${port}`, "--user", user, "--password", password];
  const child = await startChild([process.execPath, SERVER, ...args], () => answersPing(port));
  return {
    url: `http://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/voxloop`,
    port,
    path,
    kill: async () => void (await child.end("SIGKILL")),
    async stop() {
      await child.end();
      if (options.path === undefined) await rm(path, { recursive: true, force: true });
    },
  };
}

async function answersPing(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/ping`);
  return answer.ok;
}
