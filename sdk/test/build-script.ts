import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type InlineConfig } from "tsdown";
import config from "../tsdown.config.ts";

const ROOT = join(import.meta.dirname, "..");

/** Builds a script for a page as the published one is built, from another entry if one is named. It leaves `voxloop` behind. */
export async function buildScript(entry?: string): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), "voxloop-sdk-"));
  const core = [config].flat().find(({ globalName }) => globalName === "voxloop") as InlineConfig;
  const from = entry ? { entry: { "voxloop.iife": join("test", entry) } } : {};
  await build({ ...core, ...from, config: false, cwd: ROOT, outDir, logLevel: "silent" });
  const script = await readFile(join(outDir, "voxloop.iife.js"), "utf8");
  await rm(outDir, { recursive: true });
  // Without its map, whose comment would swallow what a page adds after it.
  return script.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
}
