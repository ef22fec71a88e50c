import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { freePort, startChild } from "./child.ts";
import { findCommand } from "./install.ts";

export interface RedisServer {
  url: string;
  port: number;
  /** Ends it and all it held. */
  stop(): Promise<void>;
}

/** Starts a Redis of the test's own, in memory; undefined means: skip. A given port lets one come back where it was. */
export async function startRedis(options: { port?: number } = {}): Promise<RedisServer | undefined> {
  const command = await findCommand({ names: ["redis-server"], packages: ["redis-server"] });
  if (command === undefined) return undefined;
  const port = options.port ?? (await freePort());
  const folder = await mkdtemp(join(tmpdir(), "voxloop-redis-"));
  const args = [
    "--port",
    `${port}`,
    "--bind",
    "127.0.0.1",
    "--dir",
    folder,
    "--save",
    "",
    "--appendonly",
    "no",
  ];
  const child = await startChild([command, ...args], () => answersPing(port));
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    async stop() {
      await child.end("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answersPing(port: number): Promise<boolean> {
  const socket = connect({ port, host: "127.0.0.1" });
  try {
    await once(socket, "connect");
    socket.write("PING\r\n");
    const [answer] = (await once(socket, "data")) as [Buffer];
    return answer.toString().startsWith("+PONG");
  } finally {
    socket.destroy();
  }
}
