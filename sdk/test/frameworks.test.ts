/* oxlint-disable unicorn/consistent-function-scoping -- what runs in the page is sent there as text, with all it needs inside */
import { createRequire } from "node:module";
import { CHROMIUM_ARGS, findChromium } from "@voxloop/testing";
import { chromium, type Browser, type Page } from "playwright-core";
import { compile } from "svelte/compiler";
import type { InlineConfig } from "tsdown";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { VoxEvent } from "../src/browser.ts";
import { voxloopAfterNavigate } from "../src/frameworks/svelte.ts";
import type * as Bundle from "./frameworks-page.ts";
import { buildPageScript } from "./page-script.ts";

const require = createRequire(import.meta.url);

const REACT_19 = {
  react: require.resolve("react"),
  "react-dom": require.resolve("react-dom"),
  "react-dom/client": require.resolve("react-dom/client"),
};
const REACT_18 = {
  react: require.resolve("react-18"),
  "react-dom": require.resolve("react-dom-18"),
  "react-dom/client": require.resolve("react-dom-18/client"),
};

/** With the frameworks in it, as an app's bundle has them. */
const bundled = (react: Record<string, string>): InlineConfig => ({
  // With the components' names as they are written.
  minify: false,
  deps: { alwaysBundle: [/./] },
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  plugins: [
    {
      name: "one-react",
      resolveId: {
        filter: { id: /^react(-dom)?(\/client)?$/ },
        handler: (id) => react[id],
      },
    },
    {
      name: "svelte",
      transform: {
        filter: { id: /\.svelte$/ },
        handler: (code, filename) => ({
          code: compile(code, { filename, generate: "client" }).js.code,
          moduleType: "js",
        }),
      },
    },
  ],
});

test("a page that is rendered on a server sends no page view", () => {
  const paths: string[] = [];
  const voxloop = { captureError: () => undefined, page: (path?: string) => void paths.push(String(path)) };
  const to = { url: new URL("https://bank.example/loans"), route: { id: "/loans" } };
  voxloopAfterNavigate(voxloop)({ from: null, to });
  expect(paths).toEqual([]);
});

const executablePath = await findChromium();

describe.skipIf(!executablePath)("in Chromium", () => {
  let browser: Browser;
  let scripts: Record<string, string>;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGS });
    scripts = {
      now: await buildPageScript("frameworks-page.ts", bundled(REACT_19)),
      "react-18": await buildPageScript("frameworks-page.ts", bundled(REACT_18)),
    };
  });
  afterAll(() => browser.close());

  interface Seen {
    page: Page;
    /** What the page's console and window were told of. */
    told: string[];
    errors: () => Promise<VoxEvent["attributes"][]>;
    views: () => Promise<unknown[]>;
  }

  async function open(script = "now"): Promise<Seen> {
    const page = await browser.newPage();
    const told: string[] = [];
    page.on("pageerror", ({ message }) => told.push(message));
    page.on("console", (message) => told.push(message.text()));
    await page.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
    await page.goto("http://bank.example/");
    await page.addScriptTag({ content: scripts[script]! });
    await page.evaluate(() => {
      const { init, autocapture } = voxloopBundle();
      const events: VoxEvent[] = [];
      const client = init({
        writeKey: "k",
        endpoint: "https://voxloop.example",
        service: "bank-web",
        release: "1",
        environment: "test",
        features: [autocapture({ pageViews: false })],
        transport: async () => ({ status: 200 }),
        beforeSend: (event) => (events.push(event), event),
      });
      Object.assign(globalThis, { client, events });
      function voxloopBundle(): typeof Bundle {
        return (globalThis as never as { voxloop: typeof Bundle }).voxloop;
      }
    });
    const attributes = (name: string): Promise<VoxEvent["attributes"][]> =>
      page.evaluate(
        (name) =>
          (globalThis as never as { events: VoxEvent[] }).events
            .filter((event) => event.name === name)
            .map((event) => event.attributes),
        name,
      );
    return {
      page,
      told,
      errors: () => attributes("exception"),
      views: async () =>
        (await attributes("vox.page.viewed")).map((view) => [view["url.path"], view["url.template"]]),
    };
  }

  const show = <Name extends "showReact" | "showVue" | "showSvelte">(page: Page, name: Name) =>
    page.evaluate((name) => {
      const { voxloop, client } = globalThis as never as {
        voxloop: Record<string, (client: unknown) => unknown>;
        client: unknown;
      };
      return voxloop[name]!(client);
    }, name as string) as Promise<Awaited<ReturnType<(typeof Bundle)[Name]>>>;

  test.for([
    ["19", "now", "react"],
    ["18", "react-18", "uncaught"],
  ] as const)("React %s shows its fallback, and each error is sent once", async ([major, script, origin]) => {
    const { page, told, errors, views } = await open(script);
    const shown = await show(page, "showReact");
    expect(shown.version).toMatch(new RegExp(`^${major}\\.`));
    expect(shown.texts).toEqual(["TypeError: no balance", "42"]);
    await expect.poll(async () => (await errors()).length).toBeGreaterThanOrEqual(2);
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
    expect(await errors()).toMatchObject([
      {
        "exception.message": "no balance",
        "vox.error.code": "B1",
        "vox.error.origin": "react",
        "vox.error.components": "Balance < Account < ErrorBoundary",
      },
      { "exception.message": "nobody catches this", "vox.error.origin": origin },
    ]);
    expect(await errors()).toHaveLength(2);
    expect(told).toContain("nobody catches this");
    expect(await views()).toEqual([
      ["/", undefined],
      ["/accounts/7", "/accounts/:id"],
      ["/accounts/8", "/accounts/:id"],
    ]);
    await page.close();
  });

  test("Vue's own handler, or its log, has each error too, and routes are page views", async () => {
    const { page, told, errors, views } = await open();
    expect(await show(page, "showVue")).toEqual(["no limit"]);
    const one = {
      "exception.message": "no limit",
      "vox.error.origin": "vue",
      "vox.error.components": "AccountPage < RouterView < RouterView < BankApp",
    };
    expect(await errors()).toMatchObject([one, one]);
    await expect.poll(() => told.join("\n")).toContain("no limit");
    expect(await views()).toEqual([
      ["/", "/"],
      ["/accounts/7", "/accounts/:id"],
      ["/accounts/8", "/accounts/:id"],
    ]);
    await page.close();
  });

  test("Svelte's boundary shows what failed, and SvelteKit's hooks answer as the app's own do", async () => {
    const { page, told, errors, views } = await open();
    const { texts, answers } = await show(page, "showSvelte");
    expect(texts.map((text) => text?.trim())).toEqual(["no rate", "3.5 %"]);
    expect(answers).toEqual([{ message: "500" }, { message: "404" }, undefined]);
    expect(await errors()).toMatchObject([
      { "exception.message": "no rate", "vox.error.origin": "svelte", "vox.error.code": "R1" },
      { "exception.message": "load failed", "vox.error.origin": "sveltekit", "url.template": "/loans/[id]" },
      { "exception.message": "unanswered", "vox.error.origin": "sveltekit" },
    ]);
    await expect.poll(() => told.join("\n")).toContain("unanswered");
    expect(await views()).toEqual([
      ["/", "/"],
      ["/loans/7", "/loans/[id]"],
    ]);
    await page.close();
  });
});
