import { AsyncLocalStorage } from "node:async_hooks";
import type { Engine } from "./engine.ts";

/** Somebody who waits for an answer, which may take several questions. */
export interface Asker {
  /** 32 hexadecimal digits of the asker's own making: what the answer's progress is asked by. */
  id: string;
  /** Fires when the answer is not wanted any more. */
  signal: AbortSignal;
}

/** How far the questions are that are being answered; rows as far as the engine knows. */
export interface Progress {
  running: number;
  readRows: number;
  totalRows: number;
  seconds: number;
}

export interface Answering {
  /** Runs what asks questions; when the signal fires, the engine stops the question under way and none is begun. */
  within<T>(asker: Asker, run: () => Promise<T>): Promise<T>;
  /** Asks a question for whoever waits for it, under its name as it is to be called in the engine's list. */
  ask<T>(name: string, read: (comment: string, signal?: AbortSignal) => Promise<T>): Promise<T>;
  progressOf(id: string): Promise<Progress>;
}

const AGAIN_MS = 250;
const ID = /^[0-9a-f]{32}$/;

/**
 * Knows whom a question is answered for, so that no function on the way has to hand it on. A question carries its asker in its
 * `log_comment`, by which the engine's list of what is running finds it, on a server and in this process alike.
 */
export function createAnswering(engine: Engine, cluster: string | undefined): Answering {
  const askers = new AsyncLocalStorage<Asker & { open: number }>();
  const control = createControl(engine, cluster);
  return {
    async within(asker, run) {
      const own = { ...asker, open: 0 };
      const stop = () => void stopAll(own, control);
      asker.signal.addEventListener("abort", stop, { once: true });
      try {
        return await askers.run(own, run);
      } finally {
        asker.signal.removeEventListener("abort", stop);
      }
    },
    async ask(name, read) {
      const asker = askers.getStore();
      if (asker === undefined) return read(name);
      asker.signal.throwIfAborted();
      asker.open += 1;
      try {
        return await read(`${name} ${markOf(asker.id)}`, asker.signal);
      } catch (error) {
        // What the engine says of a question that was stopped is nothing anybody needs to know.
        asker.signal.throwIfAborted();
        throw error;
      } finally {
        asker.open -= 1;
      }
    },
    progressOf: (id) => control.progressOf(id),
  };
}

/** Again until all have ended: one that was just sent may not be in the engine's list yet. */
async function stopAll(asker: Asker & { open: number }, control: Control): Promise<void> {
  while (asker.open > 0) {
    // A server that cannot be reached ends the question by itself.
    await control.kill(asker.id).catch(() => undefined);
    await new Promise((done) => setTimeout(done, AGAIN_MS));
  }
}

function markOf(id: string): string {
  if (!ID.test(id)) throw new Error(`not 32 hexadecimal digits: ${JSON.stringify(id)}`);
  return `asked by ${id}`;
}

const isOf = (id: string) => `endsWith(Settings['log_comment'], '${markOf(id)}')`;

type Control = ReturnType<typeof createControl>;

function createControl({ control }: Engine, cluster: string | undefined) {
  const [processes, everywhere] =
    cluster === undefined
      ? ["system.processes", ""]
      : [`clusterAllReplicas('${cluster}', system.processes)`, `ON CLUSTER ${cluster} `];
  // Without parameters: chDB has only one question with parameters at a time. A mark is digits and nothing else.
  return {
    async kill(id: string): Promise<void> {
      const query = `KILL QUERY ${everywhere}WHERE ${isOf(id)} ASYNC`;
      await control.command({ query });
    },
    async progressOf(id: string): Promise<Progress> {
      const answer = await control.query({
        query: `
  SELECT count() AS running, sum(read_rows) AS readRows, sum(greatest(read_rows, total_rows_approx)) AS totalRows,
    max(elapsed) AS seconds
  FROM ${processes}
  WHERE is_initial_query AND NOT is_cancelled AND query_kind = 'Select' AND ${isOf(id)}`,
        format: "JSONEachRow",
        clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
      });
      const [progress] = await answer.json<Progress>();
      return progress ?? { running: 0, readRows: 0, totalRows: 0, seconds: 0 };
    },
  };
}
