import { fileURLToPath } from "node:url";
import { ATTR, EVENT, LIMITS } from "@voxloop/contract";
import { MagicString } from "magic-string";
import { defineConfig, type UserConfig } from "tsdown";

/** Browsers of the last five years, and the web views of phones as old. */
const BROWSERS = "es2021";
/** Mini-programs run in the JavaScript engine of the phone's system on iOS. */
const PHONES = "es2018";
/** The oldest Node that is tested. */
const NODE = "node20";

const CONSTANTS: Record<string, Record<string, string | number>> = { ATTR, EVENT, LIMITS };

/** Puts the contract's constants where they are used: a bundler keeps an object whole, even what a page never needs. */
const inlineConstants: NonNullable<UserConfig["plugins"]> = {
  name: "inline-contract-constants",
  transform: {
    filter: { id: /sdk[\\/]src[\\/]/ },
    handler(code) {
      const text = new MagicString(code);
      text.replaceAll(/\b(ATTR|EVENT|LIMITS)\.(\w+)/g, (match, group: string, name: string) => {
        const value = CONSTANTS[group]?.[name];
        return value === undefined ? match : JSON.stringify(value);
      });
      return { code: text.toString(), map: text.generateMap({ hires: "boundary" }) };
    },
  },
};

const shared: UserConfig = {
  plugins: inlineConstants,
  fixedExtension: false,
  clean: false,
  sourcemap: true,
  inputOptions: { transform: { assumptions: { setPublicClassFields: true } } },
};

/** A script has no chunks: what it loads later lies beside it. */
const promptsBeside: NonNullable<UserConfig["plugins"]> = {
  name: "prompts-beside-the-script",
  resolveId: {
    filter: { id: /prompts\/load\.ts$/ },
    handler: () => fileURLToPath(new URL("src/script/load-prompts.ts", import.meta.url)),
  },
};

const small: UserConfig = {
  ...shared,
  platform: "browser",
  target: BROWSERS,
  minify: true,
  dts: false,
};

/** One file for a script tag, which leaves `voxloop` behind. */
function script(entry: string, file: string): UserConfig {
  return {
    ...small,
    plugins: [inlineConstants, promptsBeside],
    entry: { [file]: entry },
    format: "iife",
    globalName: "voxloop",
    outputOptions: { entryFileNames: `${file}.js`, comments: false, generatedCode: { symbols: false } },
  };
}

export default defineConfig([
  {
    ...shared,
    entry: {
      browser: "src/browser.ts",
      testing: "src/testing.ts",
      autocapture: "src/features/autocapture/index.ts",
      guidance: "src/features/guidance/index.ts",
      "offline-queue": "src/features/offline-queue/index.ts",
      surveys: "src/features/surveys/index.ts",
      svelte: "src/frameworks/svelte.ts",
      react: "src/frameworks/react.ts",
      vue: "src/frameworks/vue.ts",
    },
    platform: "neutral",
    target: BROWSERS,
    dts: true,
    clean: true,
  },
  {
    ...shared,
    entry: {
      node: "src/node.ts",
      hono: "src/node/hono.ts",
      express: "src/node/express.ts",
      fastify: "src/node/fastify.ts",
      vite: "src/source-maps/vite.ts",
    },
    platform: "node",
    target: NODE,
    dts: true,
  },
  // The command `voxloop`.
  { ...shared, entry: { cli: "src/source-maps/bin.ts" }, platform: "node", target: NODE, dts: false },
  {
    ...shared,
    entry: { "mini-program": "src/mini-program/index.ts" },
    platform: "neutral",
    target: PHONES,
    dts: true,
  },
  {
    // What WeChat's developer tools copy when they build npm packages.
    ...small,
    entry: { index: "src/mini-program/index.ts" },
    outDir: "dist/mini-program",
    format: "cjs",
    target: PHONES,
    sourcemap: false,
    outputOptions: { entryFileNames: "index.js", comments: false },
  },
  script("src/script/core.ts", "voxloop.iife"),
  script("src/script/full.ts", "voxloop.full.iife"),
  // Measured, not published.
  {
    ...small,
    entry: { "with-autocapture": "test/size/with-autocapture.ts" },
    outDir: "test/size/dist",
    sourcemap: false,
    outputOptions: { comments: false },
  },
  { ...small, entry: { "voxloop.prompts": "src/features/prompts/prompts.ts" } },
]);
