import { once } from "node:events";
import type { Server } from "node:http";
import { parseArgs } from "node:util";
import { serve } from "@hono/node-server";
import { SERVER_OPTIONS } from "@voxloop/collector";
import pino, { type Logger as PinoLogger } from "pino";
import { ConfigError, readConfig, type Config } from "../config.ts";
import { startProcess, type Fetch } from "./process.ts";

/* oxlint-disable node/no-process-env -- the one file of this process that reads the environment */

const { values: flags } = parseArgs({
  options: {
    /** Serve the demo bank at /demo/ and play 14 days of simulated traffic. */
    demo: { type: "boolean", default: false },
    /** Serve the demo bank only. */
    "demo-bank": { type: "boolean", default: false },
  },
});

const config = readConfigOrExit();
const log = pino({ level: config.logLevel, base: { roles: [...config.roles] } }, pino.destination(2));
const running = await startProcess({
  config,
  log,
  demo: flags.demo ? "simulate" : flags["demo-bank"] ? "bank" : "off",
  print: (text) => process.stdout.write(text),
  listen: (fetch) => listen(config, fetch),
}).catch((error: unknown) => fail(log, error));

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    running.close().then(
      () => process.exit(0),
      (error: unknown) => fail(log, error),
    );
  });
}

function readConfigOrExit(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const lines = error.problems.map((problem) => `  - ${problem}\n`).join("");
    process.stderr.write(`Voxloop cannot start:\n${lines}`);
    process.exit(78);
  }
}

const LAST_ANSWERS_MS = 10_000;
const IDLE_EVERY_MS = 100;

async function listen({ port, host }: Config, fetch: Fetch) {
  const server = serve({ fetch, port, hostname: host, serverOptions: SERVER_OPTIONS }) as Server;
  await once(server, "listening");
  return async () => {
    // Answers what is under way; idle keep-alive connections and those that take their time must not hold up the end.
    const closed = once(server, "close");
    server.close();
    server.closeIdleConnections();
    // A connection is idle only once its answer has ended, a live tail's for example.
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_EVERY_MS);
    const patience = setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS);
    await closed;
    clearInterval(idle);
    clearTimeout(patience);
  };
}

function fail(logger: PinoLogger, error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  logger.error({ err: error }, message);
  process.stderr.write(`Voxloop stopped: ${message}\n`);
  process.exit(1);
}
