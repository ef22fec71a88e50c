import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHROMIUM_ARGS, findChromium } from "@voxloop/testing";
import { chromium, type Browser, type Page } from "playwright-core";
import { build, type InlineConfig } from "tsdown";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Voxloop } from "../src/browser.ts";
import config from "../tsdown.config.ts";
import { startConfigServer, type ConfigServer } from "./config-server.ts";
import { surveyOf } from "./prompt-samples.ts";

/** What the script leaves behind. */
type Left = Voxloop & { init: (options: object) => Voxloop };
type PageWithScript = typeof globalThis & { voxloop: Left; transfer: { succeed: () => void } };

const FILES = ["voxloop.iife", "voxloop.full.iife", "voxloop.prompts"];
const DOCS = new URL("../../docs/sdk-script.md", import.meta.url);
const CSP = "default-src 'none'; script-src 'nonce-RANDOM'; connect-src *; style-src 'none'";

/** The scripts as they are published. */
async function buildScripts(): Promise<Map<string, string>> {
  const outDir = await mkdtemp(join(tmpdir(), "voxloop-script-"));
  const scripts = ([config].flat() as InlineConfig[]).filter(({ entry }) =>
    FILES.includes(Object.keys(entry as object)[0] ?? ""),
  );
  const cwd = join(import.meta.dirname, "..");
  for (const script of scripts) await build({ ...script, config: false, cwd, outDir, logLevel: "silent" });
  const read = async (file: string) =>
    [`/${file}.js`, await readFile(join(outDir, `${file}.js`), "utf8")] as const;
  const files = new Map(await Promise.all(FILES.map(read)));
  await rm(outDir, { recursive: true });
  return files;
}

const executablePath = await findChromium();

describe.skipIf(!executablePath)("a script in Chromium", () => {
  let browser: Browser;
  let page: Page;
  let server: ConfigServer;
  let snippet: string;
  const problems: string[] = [];

  beforeAll(async () => {
    const markdown = await readFile(DOCS, "utf8");
    snippet = /<!-- snippet -->\n```html\n(.*?)```/s.exec(markdown)?.[1] ?? "";
    server = await startConfigServer();
    for (const [path, body] of await buildScripts()) server.serve(path, body);
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGS });
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });
  beforeEach(async () => {
    page = await (await browser.newContext()).newPage();
    problems.length = 0;
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  });
  afterEach(async () => {
    await page.context().close();
    server.clear();
  });

  async function open(body: string, headers: Record<string, string> = {}): Promise<void> {
    const icon = `<link rel="icon" href="data:,">`;
    server.serve("/", `<!doctype html><title>Bank</title>${icon}<body>${body}`, headers);
    await page.goto(server.url);
  }
  const names = () => server.events().map(({ name }) => name);
  /** The documented snippet, with the endpoint of this test. */
  const withSnippet = (file: string, calls = "") =>
    snippet
      .replace('endpoint: "/voxloop"', `endpoint: "${server.url}", flushIntervalMs: 10`)
      .replace("/voxloop.iife.js", file)
      .replace("\n</script>", `\n${calls}</script>`);

  test("calls made before it is there are made up for in their order, under a policy with a nonce", async () => {
    const calls = `
      voxloop.identify("u-1");
      window.transfer = voxloop.transaction("transfer", { amount: 5 });
      transfer.step("confirm");
      voxloop.flush().then(() => voxloop.track("flushed"));`;
    const { promise: isHeld, resolve: letGo } = Promise.withResolvers<void>();
    await page.route("**/voxloop.iife.js", async (route) => {
      await isHeld;
      await route.continue();
    });
    server.serve(
      "/",
      `<!doctype html><title>Bank</title><link rel="icon" href="data:,">${withSnippet("/voxloop.iife.js", calls)}`,
      { "content-security-policy": `${CSP}; img-src data:` },
    );
    await page.goto(server.url, { waitUntil: "commit" });
    await page.waitForFunction(() => "transfer" in globalThis);
    expect(server.events()).toEqual([]);
    letGo();
    await page.waitForLoadState();
    await page.evaluate(() => {
      const { voxloop, transfer } = globalThis as PageWithScript;
      transfer.succeed();
      voxloop.track("after");
    });
    await server.until(() => names().includes("after"));
    expect(names()).toEqual([
      "session.start",
      "vox.identified",
      "vox.transaction",
      "vox.step",
      "flushed",
      "vox.transaction",
      "after",
    ]);
    const own = server.events().filter(({ attributes }) => attributes["vox.flow"]);
    expect(new Set(own.map(({ attributes }) => attributes["vox.transaction.id"]))).toHaveProperty("size", 1);
    expect(own.at(-1)?.attributes).toMatchObject({ "user.id": "u-1", amount: 5, "vox.outcome": "succeeded" });
    expect(problems).toEqual([]);
  });

  test("without the snippet its calls are the first client's, and an element of its name does not disturb it", async () => {
    const init = (service: string) =>
      `voxloop.init({writeKey:"k",endpoint:"${server.url}",service:"${service}",release:"1",environment:"t",flushIntervalMs:10})`;
    await open(`<div id="voxloop"></div><script src="/voxloop.iife.js"></script><script>
      ${init("first")}; window.second = ${init("second")}; voxloop.track("a"); second.track("b");</script>`);
    await server.until(() => names().includes("a") && names().includes("b"));
    const services = server.events().map(({ name, attributes }) => [name, attributes["service.name"]]);
    expect(services).toContainEqual(["a", "first"]);
    expect(services).toContainEqual(["b", "second"]);
    expect(problems).toEqual([]);
  });

  test("with all features it tells of the page by itself, and fetches prompts from beside it when one is shown", async () => {
    server.publish({ surveys: [surveyOf()] });
    await open(withSnippet("/voxloop.full.iife.js"), {
      "content-security-policy": `${CSP}; img-src data:`,
    });
    await page.evaluate(() => void Promise.reject(new Error("nobody handles")));
    await server.until(() => names().includes("exception"));
    expect(names()).toContain("vox.page.viewed");
    expect(server.asked.map(({ path }) => path)).not.toContain("/voxloop.prompts.js");
    await server.until(() => server.asked.some(({ path }) => path.startsWith("/v1/config")));
    await page.evaluate(() => (globalThis as PageWithScript).voxloop.transaction("transfer").succeed());
    await page.locator("voxloop-prompt").getByRole("dialog").waitFor();
    expect(server.asked.map(({ path }) => path)).toContain("/voxloop.prompts.js");
    expect(problems.filter((problem) => !problem.includes("nobody handles"))).toEqual([]);
  });
});
