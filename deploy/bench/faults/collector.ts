import { fileURLToPath } from "node:url";
import { type Child, freePort, startChild } from "@voxloop/testing";

const SCRIPT = fileURLToPath(new URL("../../../collector/src/testing/collector-process.ts", import.meta.url));

/** Long, since whoever breaks things for minutes may share the machine with others. */
const READY_WITHIN_MS = 600_000;

/** What `/readyz` says. */
export interface Readiness {
  status: string;
  problems: string[];
  spool: { bytes: number; oldestSeconds: number };
  warehouse: string;
}

/** A collector in a process of its own, which comes back on the same port with the same spool. */
export class CollectorProcess {
  readonly url: string;
  readonly #args: string[];
  #child: Child | undefined;

  private constructor(args: string[], port: number) {
    this.#args = args;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Starts one on a folder; without the address of a ClickHouse it has its own in that folder. */
  static async start(folder: string, clickhouseUrl?: string): Promise<CollectorProcess> {
    const port = await freePort();
    const args = [folder, `${port}`, ...(clickhouseUrl === undefined ? [] : [clickhouseUrl])];
    const collector = new CollectorProcess(args, port);
    await collector.start();
    return collector;
  }

  async start(): Promise<void> {
    const isReady = () => fetch(`${this.url}/healthz`).then((answer) => answer.ok);
    const command: [string, ...string[]] = [process.execPath, SCRIPT, ...this.#args];
    this.#child = await startChild(command, isReady, { readyWithinMs: READY_WITHIN_MS });
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    await this.#child?.end("SIGKILL");
  }

  async readiness(): Promise<Readiness> {
    const answer = await fetch(`${this.url}/readyz`);
    return (await answer.json()) as Readiness;
  }

  /** Waits until all that it took is in ClickHouse. */
  async drained(withinMs: number): Promise<void> {
    const deadline = Date.now() + withinMs;
    for (let waits = 1; waits > 0;) {
      waits = (await this.readiness()).spool.bytes;
      if (waits > 0 && Date.now() > deadline) throw new Error(`${waits} bytes are left after ${withinMs} ms`);
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}
