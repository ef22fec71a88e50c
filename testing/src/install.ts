import { execFile } from "node:child_process";
import { access, constants, mkdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Command {
  /** Names it may have, best first. */
  names: string[];
  /** Folders to look in besides PATH. */
  folders?: string[];
  /** What Debian and Ubuntu call the packages that bring it. */
  packages: string[];
  /** Something else will do: nothing is said, and nothing fails, where it is missing. */
  isOptional?: boolean;
}

/**
 * Path of a command, installed with apt-get when this is root on Debian or Ubuntu. Where that cannot be, says so in one
 * line and gives undefined, so that tests skip; with `VOXLOOP_REQUIRE_SERVICES=1` it throws instead.
 */
export async function findCommand(command: Command): Promise<string | undefined> {
  const found = await lookFor(command);
  if (found !== undefined) return found;
  const why = await install(command);
  const installed = await lookFor(command);
  if (installed !== undefined || command.isOptional) return installed;
  const line = `${command.names[0]} is missing (Debian: ${command.packages.join(" ")}); ${why}`;
  if (process.env["VOXLOOP_REQUIRE_SERVICES"] === "1") throw new Error(line);
  process.stderr.write(`skipped: ${line}\n`);
  return undefined;
}

async function lookFor({ names, folders = [] }: Command): Promise<string | undefined> {
  const all = [...(process.env["PATH"] ?? "").split(delimiter), ...folders];
  for (const path of names.flatMap((name) => all.map((folder) => join(folder, name)))) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}

const LOCK = join(tmpdir(), "voxloop-apt.lock");
const LOCK_STALE_MS = 600_000;

/** Gives the reason when it could not. Test files run side by side, so one installs and the others wait for it. */
async function install(command: Command): Promise<string> {
  if (process.getuid?.() !== 0) return "it is installed by itself only for root";
  if ((await lookFor({ names: ["apt-get"], packages: [] })) === undefined) return "there is no apt-get";
  await takeLock();
  try {
    if ((await lookFor(command)) !== undefined) return "";
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update", "-qq"], { env });
    await run("apt-get", ["install", "-y", "-qq", ...command.packages], { env, maxBuffer: 64 * 1024 ** 2 });
    return "apt-get installed it elsewhere";
  } catch (error) {
    return `apt-get failed: ${error instanceof Error ? error.message.slice(0, 300) : String(error)}`;
  } finally {
    await rm(LOCK, { recursive: true, force: true });
  }
}

async function takeLock(): Promise<void> {
  for (;;) {
    const isTaken = await mkdir(LOCK).then(
      () => false,
      () => true,
    );
    if (!isTaken) return;
    const since = await stat(LOCK).then(
      (entry) => Date.now() - entry.mtimeMs,
      () => 0,
    );
    if (since > LOCK_STALE_MS) await rm(LOCK, { recursive: true, force: true });
    await sleep(500);
  }
}
