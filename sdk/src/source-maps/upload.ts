import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { identify, type Identified } from "./debug-id.ts";
import { findBuilt, type Built } from "./find.ts";
import { send, type Receiver } from "./send.ts";

export interface UploadOptions {
  /** The release that the app's events name, e.g. `8.0.1`. */
  release: string;
  /** Without one, debug ids are written and nothing is sent. */
  receiver?: Receiver | undefined;
  /** Say what would be done, and do none of it. */
  dryRun?: boolean | undefined;
  /** Delete each map that was stored, so that it is not served. */
  deleteMaps?: boolean | undefined;
  say: (line: string) => void;
}

export interface UploadReport {
  /** Files with a map. */
  found: number;
  sent: number;
  failed: number;
}

/**
 * Gives the scripts in a folder debug ids and uploads their maps; of a file, uploads it as the mapping of R8 or ProGuard.
 * Safe to run again: ids stay, and the server replaces what it has. One that fails does not keep the others from it.
 */
export async function uploadMaps(target: string, options: UploadOptions): Promise<UploadReport> {
  if ((await stat(target)).isFile()) return uploadMapping(target, options);
  const { built, skipped } = await findBuilt(target);
  for (const reason of skipped) options.say(`skipped ${reason}`);
  const report = { found: built.length, sent: 0, failed: 0 };
  for (const each of built) {
    try {
      if (await uploadBuilt(each, options)) report.sent += 1;
    } catch (error) {
      report.failed += 1;
      options.say(`failed ${each.file}: ${messageOf(error)}`);
    }
  }
  return report;
}

/** Whether it was sent. */
async function uploadBuilt(built: Built, options: UploadOptions): Promise<boolean> {
  const { receiver, release, say } = options;
  const { file, mapPath } = built;
  const identified = identify(built.code, built.map);
  const { debugId, map } = identified;
  if (options.dryRun === true) {
    say(`would upload ${file} (debug id ${debugId})`);
    return false;
  }
  await write(built, identified);
  if (receiver === undefined) {
    say(`marked ${file} (debug id ${debugId})`);
    return false;
  }
  await send(receiver, { file, release, debugId }, map);
  if (options.deleteMaps === true) await rm(mapPath);
  say(`uploaded ${file} (debug id ${debugId})`);
  return true;
}

async function write(built: Built, { code, map }: Identified): Promise<void> {
  if (code !== built.code) await writeFile(built.path, code);
  if (map !== built.map) await writeFile(built.mapPath, map);
}

async function uploadMapping(path: string, options: UploadOptions): Promise<UploadReport> {
  const { receiver, release, say } = options;
  const report = { found: 1, sent: 0, failed: 0 };
  if (options.dryRun === true || receiver === undefined) {
    say(`would upload ${path} as the R8 mapping of ${release}`);
    return report;
  }
  try {
    await send(receiver, { kind: "r8", release }, await readFile(path, "utf8"));
    say(`uploaded ${path} as the R8 mapping of ${release}`);
    return { ...report, sent: 1 };
  } catch (error) {
    say(`failed ${path}: ${messageOf(error)}`);
    return { ...report, failed: 1 };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
