import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RemoteConfig } from "@voxloop/contract";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { build, type InlineConfig } from "tsdown";
import type { InitOptions, VoxEvent, Voxloop } from "../src/browser.ts";
import type { GuidancePrompt, RespondToGuidance } from "../src/features/guidance/index.ts";
import type { SurveyRun, Surveys } from "../src/features/surveys/index.ts";
import config from "../tsdown.config.ts";
import { startConfigServer, type ConfigServer } from "./config-server.ts";

declare global {
  var client: Voxloop;
  var feature: Surveys;
  var shift: number;
  /** What the app was called with. */
  var calls: unknown[];
  var respond: RespondToGuidance;
  var shown: GuidancePrompt;
  var run: SurveyRun;
}

/** The built modules as an app's bundler would serve them, by file name. */
async function buildModules(): Promise<Map<string, string>> {
  const outDir = await mkdtemp(join(tmpdir(), "voxloop-prompts-"));
  const [base] = [config].flat() as InlineConfig[];
  await build({
    ...base,
    config: false,
    cwd: join(import.meta.dirname, ".."),
    entry: {
      browser: "src/browser.ts",
      guidance: "src/features/guidance/index.ts",
      surveys: "src/features/surveys/index.ts",
    },
    platform: "browser",
    minify: true,
    dts: false,
    sourcemap: false,
    clean: false,
    outDir,
    logLevel: "silent",
  });
  const modules = new Map<string, string>();
  for (const name of await readdir(outDir)) modules.set(name, await readFile(join(outDir, name), "utf8"));
  await rm(outDir, { recursive: true });
  return modules;
}

export interface OpenOptions {
  config?: Partial<RemoteConfig> | undefined;
  /** JavaScript that names the features. */
  features?: string;
  init?: Partial<InitOptions>;
  headers?: Record<string, string>;
  context?: BrowserContextOptions;
  html?: string;
  path?: string;
}

const PAGE = `<main><h1>Transfer</h1><label>Amount <input id="amount"></label> <button id="pay">Pay</button></main>`;

/** One site for a test file, in its browser; each test has its own context. */
export class PromptsPage {
  page!: Page;
  /** Tells the events of this test from the last words of the one before. */
  private environment = "";
  readonly prompt = (): Locator => this.page.locator("voxloop-prompt");

  private readonly browser: Browser;
  readonly site: ConfigServer;
  /** On another port, so that every request crosses origins. */
  readonly collector: ConfigServer;

  private constructor(browser: Browser, site: ConfigServer, collector: ConfigServer) {
    this.browser = browser;
    this.site = site;
    this.collector = collector;
  }

  static async start(browser: Browser): Promise<PromptsPage> {
    const [modules, site, collector] = await Promise.all([
      buildModules(),
      startConfigServer(),
      startConfigServer(),
    ]);
    for (const [name, code] of modules) site.serve(`/${name}`, code);
    return new PromptsPage(browser, site, collector);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.site.close();
    await this.collector.close();
  }

  async open(options: OpenOptions = {}): Promise<void> {
    this.site.clear();
    this.collector.clear();
    this.collector.publish(options.config);
    this.environment = `test ${Math.random()}`;
    const context = await this.browser.newContext({ locale: "en-GB", ...options.context });
    context.setDefaultTimeout(10_000);
    this.page = await context.newPage();
    await this.visit(options);
  }

  /** Also a second page of the same customer. */
  async visit({
    features = "[guidance(), surveys()]",
    init,
    headers,
    html = PAGE,
    path = "/transfer",
  }: OpenOptions) {
    const given = {
      writeKey: "vxk_web",
      endpoint: this.collector.url,
      service: "bank-web",
      release: "8.0.1",
      environment: this.environment,
      flushIntervalMs: 20,
      rateLimit: { perSecond: 1_000, burst: 1_000 },
      ...init,
    };
    const script = `
      import { init } from "/browser.js";
      import { guidance } from "/guidance.js";
      import { surveys } from "/surveys.js";
      globalThis.calls = [];
      globalThis.shift = Number(localStorage.getItem("test.shift"));
      const now = () => new Date(Date.now() + shift);
      globalThis.feature = undefined;
      const features = ${features};
      globalThis.feature = features.find(({ name }) => name === "surveys");
      globalThis.client = init({ ...${JSON.stringify(given)}, now, features });`;
    const head = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, viewport-fit=cover"><title>Bank</title>`;
    this.site.serve(path, `${head}${html}<script type="module" nonce="n1">${script}</script>`, headers);
    await this.page.goto(`${this.site.url}${path}`);
    await this.page.waitForFunction(() => !!globalThis.client);
  }

  /** Moves the page's clock, and that of later pages. */
  async wait(ms: number): Promise<void> {
    await this.page.evaluate((ms) => localStorage.setItem("test.shift", String((shift += ms))), ms);
  }

  /** The error that the tests' guidance is about, in its transaction; gives the transaction's id. */
  fail(code = "E1042", flow = "transfer"): Promise<string> {
    return this.page.evaluate(
      ([code, flow]) => {
        const transaction = client.transaction(flow!);
        transaction.fail({ code: code! });
        return transaction.id;
      },
      [code, flow],
    );
  }

  succeed(flow = "transfer"): Promise<void> {
    return this.page.evaluate((flow) => client.transaction(flow).succeed(), flow);
  }

  /** What has arrived so far. */
  received(name: string): VoxEvent[] {
    const events = this.collector
      .events()
      .filter((event) => event.attributes["deployment.environment.name"] === this.environment);
    // A batch on its way while the page goes is sent again.
    const uids = new Map(events.map((event) => [event.attributes["log.record.uid"], event]));
    return [...uids.values()].filter((event) => event.name === name);
  }

  /** Events of this name, after all that was sent before has arrived. */
  async events(name: string): Promise<VoxEvent[]> {
    const mark = `mark ${Math.random()}`;
    await this.page.evaluate((mark) => client.track(mark), mark);
    await this.collector.until(() => this.received(mark).length > 0);
    return this.received(name);
  }

  /** What guidance has told, oldest first. */
  async actions(): Promise<unknown[]> {
    return (await this.events("vox.guidance")).map(({ attributes }) => attributes["vox.guidance.action"]);
  }

  /** True when what prompts look like was asked for. */
  hasFetchedPrompts(): boolean {
    return this.site.asked.some(({ path }) => path.startsWith("/prompts-"));
  }

  /** Axe's violations, by rule. */
  async violations(): Promise<string[]> {
    // What fades in has no contrast yet.
    await this.prompt().evaluate(async ({ shadowRoot }) => {
      await Promise.all(shadowRoot!.getAnimations().map(({ finished }) => finished));
    });
    if (!(await this.page.evaluate(() => "axe" in globalThis))) await this.page.evaluate(axe.source);
    return this.page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
        resultTypes: ["violations"],
      });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
    });
  }
}
