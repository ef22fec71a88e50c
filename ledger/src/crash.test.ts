import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openLedger, schema } from "./index.ts";

const WRITER = fileURLToPath(new URL("writer.fixture.ts", import.meta.url));

/** Lets a writer commit, kills it with -9 in the middle of its work, and gives what it was told is committed. */
async function writeAndKill(path: string, of: { first: number; commits: number }): Promise<number[]> {
  const writer = spawn(process.execPath, [WRITER, path, `${of.first}`], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exit = once(writer, "exit");
  const committed: number[] = [];
  for await (const line of createInterface({ input: writer.stdout })) {
    committed.push(Number(line));
    if (committed.length === of.commits) writer.kill("SIGKILL");
  }
  await exit;
  return committed;
}

test(
  "PGlite killed in the middle of writing keeps every transaction it committed, whole, and none by half",
  { timeout: 300_000 },
  async () => {
    const path = await mkdtemp(join(tmpdir(), "voxloop-ledger-crash-"));
    const committed: number[] = [];
    for (const [round, commits] of [4, 17, 8, 30].entries())
      committed.push(...(await writeAndKill(path, { first: round * 1_000, commits })));
    const ledger = await openLedger({ path });
    const projects = await ledger.db.select({ id: schema.projects.id }).from(schema.projects);
    const keys = await ledger.db.select({ id: schema.writeKeys.projectId }).from(schema.writeKeys);
    await ledger.close();
    await rm(path, { recursive: true, force: true });

    const kept = new Set(projects.map(({ id }) => Number(id)));
    expect(committed.filter((number) => !kept.has(number))).toEqual([]);
    expect(keys.map(({ id }) => id).toSorted()).toEqual(projects.map(({ id }) => id).toSorted());
    expect(committed.length).toBeGreaterThanOrEqual(59);
  },
);
