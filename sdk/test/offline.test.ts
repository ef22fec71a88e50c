import { CHROMIUM_ARGS, findWholeChromium } from "@voxloop/testing";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { InitOptions, Voxloop } from "../src/browser.ts";
import { buildScript } from "./build-script.ts";
import { startReceiver, type Receiver } from "./receiver.ts";

declare global {
  var client: Voxloop;
}

/** Resolves when so many records are in the page's IndexedDB. */
function keeps(page: Page, count: number): Promise<unknown> {
  return page.waitForFunction(
    (expected) =>
      new Promise((resolve) => {
        const request = indexedDB.open("voxloop.vxk_web");
        request.addEventListener("success", () => {
          const all = request.result.transaction("records").objectStore("records").count();
          all.addEventListener("success", () => {
            request.result.close();
            resolve(all.result === expected);
          });
        });
      }),
    count,
  );
}

async function hide(page: Page): Promise<void> {
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  });
}

const executablePath = await findWholeChromium();

describe.skipIf(!executablePath)("the offline queue, in Chromium", () => {
  let browser: Browser;
  let context: BrowserContext;
  let site: Receiver;
  let collector: Receiver;
  let script: string;

  beforeAll(async () => {
    script = await buildScript("offline-entry.ts");
    browser = await chromium.launch({
      executablePath: executablePath!,
      args: CHROMIUM_ARGS,
      // Pages come back from it in one of the tests.
      ignoreDefaultArgs: ["--disable-back-forward-cache"],
    });
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    site = await startReceiver();
    collector = await startReceiver();
    context = await browser.newContext();
  });
  afterEach(async () => {
    await context.close();
    await site.close();
    await collector.close();
  });

  /** A tab with a client that sends on demand only. */
  async function open(options: Partial<InitOptions> = {}, prepare = ""): Promise<Page> {
    const all = {
      writeKey: "vxk_web",
      endpoint: collector.url,
      service: "bank-web",
      release: "8.0.1",
      environment: "test",
      flushIntervalMs: 60_000,
      ...options,
    };
    const start = `globalThis.client=voxloop.init({...${JSON.stringify(all)},features:[voxloop.offlineQueue()]});`;
    site.servePage(
      `<!doctype html><title>Bank</title><script>${prepare}</script><script>${script}${start}</script>`,
    );
    const page = await context.newPage();
    await page.goto(`${site.url}/home`);
    return page;
  }

  async function kill(page: Page): Promise<void> {
    const devtools = await context.newCDPSession(page);
    const crashed = page.waitForEvent("crash");
    devtools.send("Page.crash").catch(() => undefined);
    await crashed;
    await page.close();
  }

  const idsOf = (name: string): unknown[] =>
    collector.events().flatMap((event) => (event.name === name ? [event.attributes["log.record.uid"]] : []));
  const outcomes = (): unknown[] =>
    collector.events().flatMap(({ attributes }) => attributes["vox.outcome"] ?? []);

  test("events of a page that is killed before its batch leaves arrive with the next page, each once", async () => {
    const first = await open();
    await first.evaluate(() => {
      for (let index = 0; index < 5; index++) client.track("kept", { index });
    });
    await keeps(first, 6);
    await kill(first);
    expect(collector.requests).toEqual([]);
    const second = await open();
    await collector.until(() => idsOf("kept").length > 0);
    expect(new Set(idsOf("kept")).size).toBe(5);
    expect(idsOf("kept")).toHaveLength(5);
    await keeps(second, 0);
  });

  test("a batch whose page is killed before the answer is sent again with the same ids", async () => {
    const first = await open();
    collector.answerNext({ status: 200, after: new Promise(() => undefined) });
    await first.evaluate(() => client.track("unanswered"));
    await keeps(first, 2);
    await first.evaluate(() => void client.flush());
    await collector.until(() => collector.requests.length === 1);
    await kill(first);
    await open();
    await collector.until(() => collector.requests.length === 2);
    expect(idsOf("unanswered")).toHaveLength(2);
    expect(new Set(idsOf("unanswered")).size).toBe(1);
  });

  test("events of a page that is closed offline arrive when a page is online again", async () => {
    const first = await open();
    await context.setOffline(true);
    // A page hears of it later than the network.
    await first.waitForFunction(() => !navigator.onLine);
    await first.evaluate(() => client.track("offline"));
    await keeps(first, 2);
    await first.goto("about:blank");
    await context.setOffline(false);
    await open();
    await collector.until(() => idsOf("offline").length === 1);
  });

  test("a page that is left sends what waits, and leaves nothing to send again", async () => {
    const page = await open();
    await page.evaluate(() => client.track("last words"));
    await keeps(page, 2);
    await page.goto("about:blank");
    await collector.until(() => idsOf("last words").length === 1);
    const next = await open();
    await keeps(next, 0);
    expect(idsOf("last words")).toHaveLength(1);
  });

  test("while the collector refuses, a page that is left keeps its events for the next", async () => {
    const page = await open();
    collector.answerNext({ status: 429, headers: { "retry-after": "60" } });
    await page.evaluate(async () => {
      client.track("refused");
      await client.flush();
    });
    await page.goto("about:blank");
    expect(collector.requests).toHaveLength(1);
    await open();
    await collector.until(() => idsOf("refused").length === 1);
  });

  test("of two tabs neither sends what the other still keeps; what one leaves behind the other sends", async () => {
    const one = await open();
    const two = await open();
    await one.evaluate(() => client.track("of one"));
    await two.evaluate(() => client.track("of two"));
    await keeps(one, 3);
    const comeBack = (): Promise<unknown> =>
      two.evaluate(() => void window.dispatchEvent(new Event("online")));
    await comeBack();
    await collector.until(() => idsOf("of two").length === 1);
    expect(idsOf("of one")).toEqual([]);
    await kill(one);
    await comeBack();
    await two.evaluate(() => client.flush());
    await collector.until(() => idsOf("of one").length === 1);
    expect([idsOf("of one").length, idsOf("of two").length]).toEqual([1, 1]);
  });

  test.each([
    [
      "forbidden",
      "Object.defineProperty(globalThis,'indexedDB',{get(){throw new DOMException('no','SecurityError')}})",
    ],
    ["full", "IDBObjectStore.prototype.put=function(){throw new DOMException('full','QuotaExceededError')}"],
    [
      "missing",
      "delete globalThis.indexedDB;Object.defineProperty(globalThis,'indexedDB',{value:undefined})",
    ],
  ])(
    "with a storage that is %s events live as long as their page, and nothing is thrown",
    async (_, prepare) => {
      const page = await open(
        {},
        `addEventListener('error',(e)=>console.error(e.message));addEventListener('unhandledrejection',()=>console.error('rejected'));${prepare}`,
      );
      const problems: string[] = [];
      page.on("console", (message) => problems.push(message.text()));
      await page.evaluate(async () => {
        client.track("unkept");
        await new Promise((resolve) => setTimeout(resolve, 50));
        await client.flush();
      });
      await collector.until(() => idsOf("unkept").length === 1);
      expect(problems).toEqual([]);
    },
  );

  test("a transaction is abandoned when its page is gone, not when it comes back from the browser's cache", async () => {
    const page = await open();
    // All of it in the page: the driver loses sight of a page that comes back so.
    await page.evaluate(() => {
      const transfer = client.transaction("transfer");
      addEventListener("pageshow", ({ persisted }) => {
        client.track("returned", { persisted });
        transfer.succeed();
        void client.flush();
      });
    });
    site.servePage(
      "<!doctype html><title>Elsewhere</title><script>setTimeout(() => history.back(), 300)</script>",
    );
    await page.goto(`${site.url}/elsewhere`);
    await collector.until(() => outcomes().length === 2);
    const [returned] = collector.events().filter(({ name }) => name === "returned");
    expect(returned?.attributes["persisted"]).toBe(true);
    expect(outcomes()).toEqual(["started", "succeeded"]);
  });

  test("a transaction of a page that was hidden and killed is abandoned when its time is over, and once", async () => {
    const page = await open();
    await page.evaluate(() => client.transaction("transfer", {}, { timeoutMs: 1_500 }));
    await hide(page);
    await collector.until(() => outcomes().length === 1);
    await keeps(page, 1);
    await kill(page);
    const early = await open();
    await keeps(early, 1);
    await early.waitForTimeout(1_500);
    await open();
    await collector.until(() => outcomes().length === 2);
    expect(outcomes()).toEqual(["started", "abandoned"]);
  });

  test("a consent that is withdrawn empties the queue of all tabs", async () => {
    const one = await open();
    const two = await open();
    await one.evaluate(() => client.track("of one"));
    await two.evaluate(() => client.track("of two"));
    await keeps(one, 3);
    await two.evaluate(() => client.denyConsent());
    await keeps(two, 0);
    await two.evaluate(() => client.flush());
    expect(collector.requests).toEqual([]);
  });

  test.each([{ consent: "cookieless" }, { persistence: "memory" }] as const)(
    "with %o no database is opened",
    async (options) => {
      const page = await open(options);
      await page.evaluate(async () => {
        client.track("seen");
        await client.flush();
      });
      expect(idsOf("seen")).toHaveLength(1);
      expect(await page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0);
    },
  );
});
