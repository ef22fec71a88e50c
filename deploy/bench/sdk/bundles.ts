import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const run = promisify(execFile);

/** As published: `pnpm build` makes it. */
const OURS = join(import.meta.dirname, "../../../sdk/dist");

const [INIT, OFFLINE, AUTOCAPTURE] = [
  `export { init } from "${OURS}/browser.js";`,
  `export { offlineQueue } from "${OURS}/offline-queue.js";`,
  `export { autocapture } from "${OURS}/autocapture.js";`,
];

/** What an app writes to use each, as its documentation begins; everything it names ends up in the bundle. */
const IMPORTS: Record<string, string> = {
  "@voxloop/sdk": INIT,
  "@voxloop/sdk, offlineQueue": INIT + OFFLINE,
  "@voxloop/sdk, offlineQueue, autocapture": INIT + OFFLINE + AUTOCAPTURE,
  "posthog-js": `export { default } from "posthog-js";`,
  "@sentry/browser": `export { init, captureException } from "@sentry/browser";`,
  "@segment/analytics-next": `export { AnalyticsBrowser } from "@segment/analytics-next";`,
  "@openpanel/web": `export { OpenPanel } from "@openpanel/web";`,
};

const OTHERS = ["posthog-js", "@sentry/browser", "@segment/analytics-next", "@openpanel/web"];

export interface Bundle {
  name: string;
  version: string;
  code: string;
  gzipBytes: number;
}

/** Bundles each with the same bundler and settings; what is not ours is fetched from npm first, into a folder that goes. */
export async function makeBundles(): Promise<Bundle[]> {
  const folder = await mkdtemp(join(tmpdir(), "voxloop-bench-sdk-"));
  try {
    await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
    await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...OTHERS], { cwd: folder });
    const bundles: Bundle[] = [];
    for (const name of Object.keys(IMPORTS)) bundles.push(await bundle(folder, name));
    return bundles;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function bundle(folder: string, name: string): Promise<Bundle> {
  const entry = join(folder, "entry.js");
  await writeFile(entry, IMPORTS[name] ?? "");
  const built = await build({
    root: folder,
    configFile: false,
    logLevel: "silent",
    define: { "process.env.NODE_ENV": '"production"' },
    build: {
      write: false,
      target: "es2021",
      lib: { entry, formats: ["iife"], name: "sdk" },
    },
  });
  const [output] = [built].flat();
  if (!output || !("output" in output)) throw new Error(`${name} gave no bundle`);
  const code = output.output.map((part) => ("code" in part ? part.code : "")).join("\n");
  return {
    name,
    version: await versionOf(folder, name),
    code,
    gzipBytes: gzipSync(code, { level: 9 }).length,
  };
}

async function versionOf(folder: string, name: string): Promise<string> {
  if (!OTHERS.includes(name)) return "this tree";
  const { default: manifest } = (await import(join(folder, "node_modules", name, "package.json"), {
    with: { type: "json" },
  })) as { default: { version: string } };
  return manifest.version;
}
