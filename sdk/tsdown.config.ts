import { ATTR, EVENT, LIMITS } from "@voxloop/contract";
import { defineConfig, type UserConfig } from "tsdown";

/** Browsers of the last five years, and the web views of phones as old. */
const BROWSERS = "es2021";

const CONSTANTS: Record<string, Record<string, string | number>> = { ATTR, EVENT, LIMITS };

/** Puts the contract's constants where they are used: a bundler keeps an object whole, even what a page never needs. */
const inlineConstants: NonNullable<UserConfig["plugins"]> = {
  name: "inline-contract-constants",
  transform: {
    filter: { id: /sdk[\\/]src[\\/]/ },
    handler: (code) =>
      code.replaceAll(/\b(ATTR|EVENT|LIMITS)\.(\w+)/g, (text, group: string, name: string) => {
        const value = CONSTANTS[group]?.[name];
        return value === undefined ? text : JSON.stringify(value);
      }),
  },
};

const shared: UserConfig = {
  plugins: inlineConstants,
  fixedExtension: false,
  clean: false,
  inputOptions: { transform: { assumptions: { setPublicClassFields: true } } },
};

export default defineConfig([
  {
    ...shared,
    entry: ["src/browser.ts", "src/testing.ts"],
    platform: "neutral",
    target: BROWSERS,
    dts: true,
    clean: true,
  },
  { ...shared, entry: ["src/node.ts"], platform: "node", target: "node22", dts: true },
  {
    ...shared,
    entry: { voxloop: "src/browser.ts" },
    format: "iife",
    globalName: "voxloop",
    platform: "browser",
    target: BROWSERS,
    minify: true,
    dts: false,
    outputOptions: { entryFileNames: "voxloop.iife.js", comments: false, generatedCode: { symbols: false } },
  },
]);
