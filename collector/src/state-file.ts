import { readFile, rename, rm, writeFile } from "node:fs/promises";
import type { z } from "zod";
import type { Logger } from "./logger.ts";

const WRITE_AFTER_MS = 3_000;

/** Reads what a `StateFile` wrote; undefined when there is none, or none of this shape. */
export async function readStateFile<Shape extends z.ZodType>(
  path: string,
  shape: Shape,
  log: Logger,
): Promise<z.output<Shape> | undefined> {
  try {
    return shape.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT")
      log.warn({ error: String(error), path }, "a file of the collector's state cannot be read");
    return undefined;
  }
}

/**
 * Keeps a small state on disk, at most three seconds behind: a change is written together with those that follow it, as a
 * whole and under another name first, so that a kill leaves the old file or the new one. A disk that refuses is only told.
 */
export class StateFile {
  readonly #path: string;
  readonly #content: () => unknown;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;
  #writing = Promise.resolve();

  constructor(of: { path: string; content: () => unknown; log: Logger }) {
    this.#path = of.path;
    this.#content = of.content;
    this.#log = of.log;
  }

  /** The content has changed. */
  touch(): void {
    this.#timer ??= setTimeout(() => this.#write(), WRITE_AFTER_MS).unref();
  }

  /** Writes what has changed since. */
  async close(): Promise<void> {
    if (this.#timer !== undefined) {
      clearTimeout(this.#timer);
      this.#write();
    }
    await this.#writing;
  }

  #write(): void {
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#replace());
  }

  async #replace(): Promise<void> {
    const next = `${this.#path}.next`;
    try {
      await writeFile(next, JSON.stringify(this.#content()), { mode: 0o600, flush: true });
      await rename(next, this.#path);
    } catch (error) {
      this.#log.warn({ error: String(error), path: this.#path }, "the collector's state cannot be written");
      await rm(next, { force: true }).catch(() => undefined);
    }
  }
}
