import { readFileSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const holderShape = z.object({ pid: z.int(), boot: z.string(), started: z.string() });

const heldHere = new Set<string>();

/**
 * Makes this process the only writer of a folder and gives the way to let go. A lock whose process is gone is taken over:
 * a process is known by its id, its start time and the machine's boot, since ids are used again (in a container nearly always).
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, "lock");
  if (heldHere.has(path)) throw new Error(`${folder} is already open in this process`);
  heldHere.add(path);
  try {
    await takeLock(path);
  } catch (error) {
    heldHere.delete(path);
    throw error;
  }
  return async () => {
    heldHere.delete(path);
    // Whoever cleared the folder away has let go for us.
    await rm(path, { force: true });
  };
}

async function takeLock(path: string): Promise<void> {
  const own = JSON.stringify(describe(process.pid));
  try {
    await writeFile(path, own, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const holder = await readHolder(path);
    if (holder !== undefined && isRunning(holder))
      throw new Error(
        `${path} is held by the running process ${holder.pid}; one collector writes to a spool`,
        {
          cause: error,
        },
      );
    await writeFile(path, own);
  }
}

async function readHolder(path: string): Promise<z.infer<typeof holderShape> | undefined> {
  try {
    return holderShape.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return undefined;
  }
}

function isRunning(holder: z.infer<typeof holderShape>): boolean {
  if (holder.pid === process.pid) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const found = describe(holder.pid);
  return found.boot === holder.boot && found.started === holder.started;
}

/** Start time and boot come from Linux's /proc and are "" elsewhere, where the id alone decides. */
function describe(pid: number): z.infer<typeof holderShape> {
  const stat = readOr(`/proc/${pid}/stat`, "");
  // The name in parentheses may itself hold spaces; field 22 counts from its end (proc(5)).
  const started = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  return { pid, boot: readOr("/proc/sys/kernel/random/boot_id", "").trim(), started };
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return otherwise;
  }
}
