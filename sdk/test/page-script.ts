import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type InlineConfig } from "tsdown";
import config from "../tsdown.config.ts";

/** A script for a page from a file of this folder, built as the package's own scripts are; it leaves `voxloop` behind. */
export async function buildPageScript(entry: string, more: InlineConfig = {}): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), "voxloop-page-"));
  const iife = [config].flat().find(({ format }) => format === "iife") as InlineConfig;
  await build({
    ...iife,
    ...more,
    entry: { page: join(import.meta.dirname, entry) },
    globalName: "voxloop",
    config: false,
    cwd: join(import.meta.dirname, ".."),
    outDir,
    sourcemap: false,
    logLevel: "silent",
    outputOptions: { ...(iife.outputOptions as object), entryFileNames: "page.js" },
  });
  const script = await readFile(join(outDir, "page.js"), "utf8");
  await rm(outDir, { recursive: true });
  return script;
}
