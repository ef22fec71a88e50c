import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createContext, runInContext } from "node:vm";
import { build } from "tsdown";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type * as MiniProgram from "../src/mini-program/index.ts";
import { decodeRequest } from "../src/testing.ts";
import { createFakeWx } from "./fake-wx.ts";
import { startReceiver } from "./receiver.ts";

const run = promisify(execFile);
const SDK = join(import.meta.dirname, "..");
const MODULES = join(SDK, "node_modules");

/** As a developer gets it: packed, and installed by a package manager into an app of its own. */
let app: string;
const installed = (file: string): string => join(app, "node_modules/@voxloop/sdk", file);

/** On the path of the scripts that pnpm runs, and else as the README starts it. */
async function pnpm(args: string[], cwd: string): Promise<void> {
  await run("pnpm", args, { cwd }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return run("npx", ["-y", "pnpm@12", ...args], { cwd });
  });
}

interface Manifest {
  exports: Record<string, string | { types: string; default: string }>;
  dependencies: Record<string, string>;
}
let manifest: Manifest;

const APP = `
import { init, type Voxloop } from "@voxloop/sdk";
import { autocapture } from "@voxloop/sdk/autocapture";
import { guidance } from "@voxloop/sdk/guidance";
import { offlineQueue } from "@voxloop/sdk/offline-queue";
import { surveys } from "@voxloop/sdk/surveys";
import { init as initNode, type NodeVoxloop } from "@voxloop/sdk/node";
import { voxloopErrorHandler, voxloopMiddleware as forExpress } from "@voxloop/sdk/express";
import { voxloopPlugin } from "@voxloop/sdk/fastify";
import { voxloopMiddleware as forHono } from "@voxloop/sdk/hono";
import { init as initMini } from "@voxloop/sdk/mini-program";
import { createMemoryTransport } from "@voxloop/sdk/testing";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";

const options = { writeKey: "k", endpoint: "/voxloop", service: "s", release: "1", environment: "e" };
const page: Voxloop<{ "loan.viewed": { amount: number } }> = init({
  ...options,
  features: [autocapture(), guidance(), surveys(), offlineQueue()],
});
page.track("loan.viewed", { amount: 5 });
// @ts-expect-error -- the app's own event has a number
page.track("loan.viewed", { amount: "5" });
// @ts-expect-error -- what is required is required
init({ writeKey: "k" });

const voxloop: NodeVoxloop = initNode({ ...options, transport: createMemoryTransport().transport });
const answer: number = voxloop.run({ userId: "u" }, () => 42);
export const servers = [
  new Hono().use(forHono(voxloop, { customer: (context) => context.req.header("x-user") })),
  express().use(forExpress(voxloop, { customer: (request) => request.get("x-user") }), voxloopErrorHandler()),
  fastify().register(voxloopPlugin, { voxloop, customer: (request) => request.ip }),
  answer,
];
initMini({ writeKey: "k", endpoint: "https://voxloop.example.com", service: "s" });
`;

beforeAll(async () => {
  app = await mkdtemp(join(tmpdir(), "voxloop-app-"));
  // `pnpm test` has built it; a build for each run would double the time of this file.
  if (!existsSync(join(SDK, "dist/browser.js"))) await pnpm(["run", "build"], SDK);
  await pnpm(["pack", "--out", join(app, "sdk.tgz")], SDK);
  const linked = ["express", "fastify", "hono", "@types/express"].map((name) => [
    name,
    `link:${join(MODULES, name)}`,
  ]);
  const packageJson = {
    name: "app",
    type: "module",
    dependencies: { "@voxloop/sdk": "file:sdk.tgz", ...Object.fromEntries(linked) },
  };
  await writeFile(join(app, "package.json"), JSON.stringify(packageJson));
  // Nothing is downloaded: the one dependency is the repository's own.
  await writeFile(
    join(app, "pnpm-workspace.yaml"),
    `overrides:\n  "@opentelemetry/api": "link:${join(MODULES, "@opentelemetry/api")}"\n`,
  );
  await pnpm(["install", "--offline", "--ignore-scripts"], app);
  manifest = JSON.parse(await readFile(installed("package.json"), "utf8")) as Manifest;
  await mkdir(join(app, "src"));
  await writeFile(join(app, "src/app.ts"), APP);
});
afterAll(() => rm(app, { recursive: true, force: true }));

test("every entry of the package is there, with its types, and nothing but OpenTelemetry's API is installed with it", async () => {
  const entries = Object.values(manifest.exports).flatMap((entry) =>
    typeof entry === "string" ? entry : Object.values(entry),
  );
  const files = new Set(await readdir(installed("."), { recursive: true }));
  expect(entries.filter((entry) => !files.has(entry.replace("./", "")))).toEqual([]);
  expect(
    [...files]
      .filter((file) => file.endsWith(".js") && !file.includes("mini-program/"))
      .filter((file) => !files.has(`${file}.map`)),
  ).toEqual([]);
  expect(Object.keys(manifest.dependencies)).toEqual(["@opentelemetry/api"]);
});

test.for([
  ["5", "typescript-5", "bundler"],
  ["5", "typescript-5", "nodenext"],
  ["7", "../../node_modules/typescript", "bundler"],
  ["7", "../../node_modules/typescript", "nodenext"],
] as const)("an app type-checks with TypeScript %s", async ([, typescript, moduleResolution]) => {
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    target: "es2022",
    lib: ["es2022", "dom", "dom.iterable"],
    module: moduleResolution === "bundler" ? "esnext" : "nodenext",
    moduleResolution,
    types: [],
    skipLibCheck: true,
  };
  const config = join(app, `tsconfig.${moduleResolution}.json`);
  await writeFile(config, JSON.stringify({ compilerOptions, include: ["src"] }));
  const tsc = join(MODULES, typescript, "bin/tsc");
  const failed = await run(process.execPath, [tsc, "-p", config]).then(
    () => "",
    ({ stdout }: { stdout: string }) => stdout,
  );
  expect(failed).toBe("");
});

test("a bundle that names only init has nothing of the features", async () => {
  await writeFile(
    join(app, "src/tiny.js"),
    `import { init } from "@voxloop/sdk";\nglobalThis.client = init({});\n`,
  );
  const outDir = join(app, "bundle");
  await build({
    cwd: app,
    config: false,
    entry: { tiny: "src/tiny.js" },
    platform: "browser",
    deps: { alwaysBundle: [/./] },
    minify: true,
    dts: false,
    outDir,
    logLevel: "silent",
  });
  const bundle = await readFile(join(outDir, "tiny.js"), "utf8");
  expect(bundle).toContain("/v1/logs?key=");
  for (const feature of ["voxloop-prompt", "rageClicks", "longTasks", "indexedDB", "/v1/config", "web_vital"])
    expect(bundle).not.toContain(feature);
});

describe("on Node", () => {
  test("it sends from the oldest version that is promised, and from this one", async () => {
    const receiver = await startReceiver();
    await writeFile(
      join(app, "src/main.js"),
      `import { init } from "@voxloop/sdk/node";
      const voxloop = init({ writeKey: "k", endpoint: process.argv[2], service: "s", release: "1", environment: "e" });
      voxloop.run("u-1", () => voxloop.track(process.version));
      await voxloop.flush();`,
    );
    const nodes = [process.execPath, ...(await otherNodes())];
    for (const node of nodes) await run(node, ["src/main.js", receiver.url], { cwd: app });
    expect(receiver.events().map(({ attributes }) => attributes["user.id"])).toEqual(nodes.map(() => "u-1"));
    await receiver.close();
  });
});

/** The machine's own, if its version is one that the package promises. */
async function otherNodes(): Promise<string[]> {
  const version = await run("/usr/bin/node", ["--version"]).then(
    ({ stdout }) => stdout,
    () => "",
  );
  return Number(/^v(\d+)/.exec(version)?.[1]) >= 20 ? ["/usr/bin/node"] : [];
}

test("a mini-program that has only what WeChat gives runs what its tools copy", async () => {
  const code = await readFile(installed("dist/mini-program/index.js"), "utf8");
  const fake = createFakeWx();
  const module = { exports: {} as typeof MiniProgram };
  const globals = {
    wx: fake.wx,
    Page: fake.Page,
    Component: fake.Component,
    module,
    exports: module.exports,
    setTimeout,
    clearTimeout,
  };
  runInContext(code, createContext(globals));
  const client = module.exports.init({
    writeKey: "k",
    endpoint: "https://voxloop.example.com",
    service: "s",
    tracePropagationTargets: ["https://api.example.com/"],
  });
  globals.Page({});
  client.transaction("transfer");
  client.captureError(new Error("boom"));
  client.page("https://bank.example.com/a?b=c");
  await client.flush();
  expect(fake.bodies.flatMap(decodeRequest).map(({ name }) => name)).toEqual([
    "session.start",
    "vox.transaction",
    "exception",
    "vox.page.viewed",
  ]);
  // Syntax that the engines of old phones do not read: optional chaining, nullish coalescing, and their assignments.
  expect(code).not.toMatch(/\?\.[a-z[(]|\?\?/i);
  expect(code).not.toMatch(/\b(fetch|TextEncoder|structuredClone|queueMicrotask)\(/);
});
