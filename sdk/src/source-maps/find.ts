import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";

/** A built script and its source map, as they are on the disk. */
export interface Built {
  /** Path below the folder, with slashes. */
  file: string;
  path: string;
  mapPath: string;
  code: string;
  map: string;
}

export interface Found {
  built: Built[];
  /** Scripts without a map that can be read, with the reason. */
  skipped: string[];
}

const SCRIPT = /\.[cm]?js$/;
const REFERENCE = /^\/\/[#@] sourceMappingURL=(\S+)\s*$/gm;

/** The scripts of a folder, those in it included, that have a source map beside them or name one within the folder. */
export async function findBuilt(folder: string): Promise<Found> {
  const found: Found = { built: [], skipped: [] };
  for (const file of (await readdir(folder, { recursive: true })).toSorted()) {
    if (!SCRIPT.test(file) || file.split(sep).includes("node_modules")) continue;
    const path = join(folder, file);
    const code = await readFile(path, "utf8");
    const mapPath = mapPathOf(path, code);
    const name = relative(folder, path).replaceAll("\\", "/");
    if (typeof mapPath !== "string" || !isWithin(folder, mapPath) || !existsSync(mapPath))
      found.skipped.push(`${name}: ${mapPath === null ? "its source map is inline" : "has no source map"}`);
    else found.built.push({ file: name, path, mapPath, code, map: await readFile(mapPath, "utf8") });
  }
  return found;
}

/** Null for one that is in the script itself. */
function mapPathOf(path: string, code: string): string | null {
  const reference = [...code.matchAll(REFERENCE)].at(-1)?.[1];
  if (reference?.startsWith("data:") === true) return null;
  if (reference === undefined || /^[a-z][\w+.-]*:/i.test(reference)) return `${path}.map`;
  return resolve(dirname(path), decode(reference.replace(/[?#].*$/, "")));
}

function decode(reference: string): string {
  try {
    return decodeURIComponent(reference);
  } catch {
    return reference;
  }
}

function isWithin(folder: string, path: string): boolean {
  return resolve(path).startsWith(resolve(folder) + sep);
}
