import { CHROMIUM_ARGS, findChromium } from "@voxloop/testing";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { InitOptions, Voxloop } from "../src/browser.ts";
import { buildScript } from "./build-script.ts";
import { startReceiver, type Receiver } from "./receiver.ts";

declare global {
  var client: Voxloop;
}

let script: string;

beforeAll(async () => {
  script = await buildScript();
});

const executablePath = await findChromium();

describe.skipIf(!executablePath)("in Chromium", () => {
  let browser: Browser;
  let page: Page;
  let site: Receiver;
  /** On another port, so that every request crosses origins. */
  let collector: Receiver;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGS });
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    site = await startReceiver();
    collector = await startReceiver();
    page = await (await browser.newContext()).newPage();
  });
  afterEach(async () => {
    await page.context().close();
    await site.close();
    await collector.close();
  });

  /** Opens a page that has the script and a client. */
  async function open(
    options: Partial<InitOptions> = {},
    headers: Record<string, string> = {},
  ): Promise<void> {
    const all = {
      writeKey: "vxk_web",
      endpoint: collector.url,
      service: "bank-web",
      release: "8.0.1",
      environment: "test",
      ...options,
    };
    const start = `${script}globalThis.client=voxloop.init(${JSON.stringify(all)});`;
    site.servePage(`<!doctype html><title>Bank</title><script nonce="n1">${start}</script>`, headers);
    await page.goto(`${site.url}/transfer?card=4111111111111111#top`);
  }

  const names = (): string[] => collector.events().map(({ name }) => name);

  test("events arrive in one batch, with who, where, browser and time of sending", async () => {
    await open({ flushIntervalMs: 100 });
    await page.evaluate(() => {
      client.identify("u-1");
      client.track("a");
      client.transaction("transfer").fail({ code: "E1042", error: new Error("over the limit") });
    });
    await collector.until(() => names().includes("a"));
    expect(collector.requests).toHaveLength(1);
    expect(collector.requests[0]).toMatchObject({ path: "/v1/logs", key: "vxk_web" });
    expect(names()).toEqual(["session.start", "vox.identified", "a", "vox.transaction", "vox.transaction"]);
    const { attributes, time } = collector.events()[2]!;
    expect(attributes).toMatchObject({
      "user.id": "u-1",
      "url.path": "/transfer",
    });
    expect(attributes["app.installation.id"]).toMatch(/^[\da-f-]{36}$/);
    expect(attributes["session.id"]).toMatch(/^[\da-f-]{36}$/);
    expect(Math.abs(Number(attributes["vox.sent_at"]) - time)).toBeLessThan(5_000);
    expect(JSON.stringify(collector.events())).not.toContain("4111111111111111");
  });

  test("a page that goes away sends its last batch", async () => {
    await open({ flushIntervalMs: 60_000 });
    await page.evaluate(() => client.track("last words"));
    await page.goto("about:blank");
    await collector.until(() => names().includes("last words"));
  });

  test("a page that is hidden sends what waits, also more than one keepalive request may hold", async () => {
    await open({ flushIntervalMs: 60_000, maxBatchSize: 1_000, rateLimit: { burst: 1_000 } });
    await page.evaluate(() => {
      for (let index = 0; index < 300; index++) client.track("long", { index, text: "中文".repeat(200) });
      Object.defineProperty(document, "visibilityState", { value: "hidden" });
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    });
    await collector.until(() => names().filter((name) => name === "long").length >= 300);
    const ids = new Set(collector.events().map(({ attributes }) => attributes["log.record.uid"]));
    expect(ids.size).toBe(301);
  });

  test("a batch answered 503 is sent again after Retry-After with the same ids, and nothing is sent between", async () => {
    await open({ flushIntervalMs: 50 });
    collector.answerNext({ status: 503, headers: { "retry-after": "1" } });
    await page.evaluate(() => client.track("retried"));
    await collector.until(() => collector.requests.length === 1);
    await page.evaluate(() => client.track("meanwhile"));
    await collector.until(() => names().includes("meanwhile"));
    const [first, second] = collector.requests;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
    const uids = (index: number) =>
      collector.requests[index]?.events.map(({ attributes }) => attributes["log.record.uid"]);
    expect(uids(1)?.slice(0, 2)).toEqual(uids(0));
  });

  test("a collector that cannot be reached at first gets the events later", async () => {
    await open({ flushIntervalMs: 50 });
    await page.context().setOffline(true);
    await page.evaluate(() => client.track("offline"));
    await page.waitForTimeout(200);
    await page.context().setOffline(false);
    await collector.until(() => names().includes("offline"));
  });

  test("the user, the installation and the session outlive a reload, and a reset starts all anew", async () => {
    await open({ flushIntervalMs: 50 });
    await page.evaluate(() => client.identify("u-1"));
    await page.reload();
    await page.evaluate(() => {
      client.identify("u-1");
      client.track("reloaded");
    });
    await page.evaluate(() => {
      client.reset();
      client.track("reset");
    });
    await collector.until(() => names().includes("reset"));
    const who = (name: string) => collector.events().find((event) => event.name === name)!.attributes;
    const [identified, reloaded, reset] = [who("vox.identified"), who("reloaded"), who("reset")];
    expect(reloaded["app.installation.id"]).toBe(identified["app.installation.id"]);
    expect(reloaded["session.id"]).toBe(identified["session.id"]);
    expect([reloaded["user.id"], "user.id" in reset]).toEqual(["u-1", false]);
    expect(reset["app.installation.id"]).not.toBe(reloaded["app.installation.id"]);
    expect(reset["session.id"]).not.toBe(reloaded["session.id"]);
    // A batch on its way while the page goes is sent again.
    const idsOf = (name: string) =>
      new Set(
        collector
          .events()
          .flatMap((event) => (event.name === name ? [event.attributes["log.record.uid"]] : [])),
      );
    expect([idsOf("session.start").size, idsOf("vox.identified").size]).toEqual([2, 1]);
  });

  test("with storage blocked events still carry an installation and a session", async () => {
    await page.addInitScript(() => {
      Object.defineProperty(window, "localStorage", {
        get() {
          throw new DOMException("blocked", "SecurityError");
        },
      });
    });
    await open({ flushIntervalMs: 50 });
    await page.evaluate(() => {
      client.track("a");
      client.track("b");
    });
    await collector.until(() => names().includes("b"));
    const [a, b] = ["a", "b"].map(
      (name) => collector.events().find((event) => event.name === name)!.attributes,
    );
    expect(a?.["app.installation.id"]).toMatch(/^[\da-f-]{36}$/);
    expect(b?.["app.installation.id"]).toBe(a?.["app.installation.id"]);
    expect(b?.["session.id"]).toBe(a?.["session.id"]);
  });

  test("a strict content security policy needs nothing but the collector's address", async () => {
    const problems: string[] = [];
    page.on("console", (message) => problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(error.message));
    await open(
      { flushIntervalMs: 50 },
      {
        "content-security-policy":
          `default-src 'none'; script-src 'nonce-n1'; connect-src ${collector.url}; ` +
          "require-trusted-types-for 'script'; base-uri 'none'",
      },
    );
    await page.evaluate(() => client.track("strict"));
    await collector.until(() => names().includes("strict"));
    expect(problems.filter((text) => !text.includes("favicon"))).toEqual([]);
  });

  test("a policy that forbids the collector leaves the page alone", async () => {
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await open(
      { flushIntervalMs: 50 },
      { "content-security-policy": "default-src 'none'; script-src 'nonce-n1'" },
    );
    await page.evaluate(async () => {
      client.track("forbidden");
      await client.flush();
      await client.shutdown();
    });
    expect(errors).toEqual([]);
    expect(collector.requests).toEqual([]);
  });

  test("through a path of its own site a page reaches the collector", async () => {
    await open({ endpoint: "/voxloop", flushIntervalMs: 50 });
    await page.evaluate(() => client.track("proxied"));
    await site.until(() => site.events().some(({ name }) => name === "proxied"));
    expect(site.requests[0]).toMatchObject({ path: "/voxloop/v1/logs", key: "vxk_web" });
  });

  test("a batch that is too large is sent in halves, and no half twice", async () => {
    await open({ flushIntervalMs: 60_000 });
    collector.answerNext({ status: 413 }, { status: 413 });
    await page.evaluate(async () => {
      for (let index = 0; index < 7; index++) client.track("half", { index });
      await client.flush();
    });
    await collector.until(() => names().filter((name) => name === "half").length >= 7);
    expect(collector.requests.map(({ events }) => events.length)).toEqual([8, 4, 2, 2, 2, 2]);
  });

  test("a slow collector is asked once, and the page waits for nothing", async () => {
    await open({ flushIntervalMs: 20 });
    collector.answerNext({ status: 200, after: new Promise((resolve) => setTimeout(resolve, 1_000)) });
    await page.evaluate(() => client.track("slow"));
    await collector.until(() => collector.requests.length === 1);
    await page.evaluate(() => client.track("meanwhile"));
    await collector.until(() => names().includes("meanwhile"));
    expect(names().filter((name) => name === "slow")).toHaveLength(1);
    expect(collector.requests).toHaveLength(2);
  });

  test("a clock that is a day off shows in the time of sending, too", async () => {
    await page.addInitScript("const now = Date.now; Date.now = () => now() + 86_400_000;");
    await open({ flushIntervalMs: 50 });
    await page.evaluate(() => client.track("tomorrow"));
    await collector.until(() => names().includes("tomorrow"));
    const { time, attributes } = collector.events().find(({ name }) => name === "tomorrow")!;
    expect(time).toBeGreaterThan(Date.now() + 80_000_000);
    expect(Math.abs(Number(attributes["vox.sent_at"]) - time)).toBeLessThan(5_000);
  });

  test("an app that throws in beforeSend loses its event and nothing else", async () => {
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await open({ flushIntervalMs: 60_000 });
    await page.evaluate(
      async ([options]) => {
        const { voxloop } = globalThis as unknown as { voxloop: { init: (given: object) => Voxloop } };
        const second = voxloop.init({
          ...options,
          beforeSend(event: { name: string }) {
            if (event.name === "odd") throw new Error("app bug");
            return event;
          },
        });
        second.track("odd");
        second.track("even");
        await second.flush();
      },
      [{ writeKey: "vxk_web", endpoint: collector.url, service: "s", release: "1", environment: "test" }],
    );
    expect([names().includes("odd"), names().includes("even"), errors]).toEqual([false, true, []]);
  });

  /** What the page has left on the device. */
  function traces(): Promise<unknown> {
    return page.evaluate(async () => ({
      local: Object.keys(localStorage),
      session: Object.keys(sessionStorage),
      cookies: document.cookie,
      databases: (await indexedDB.databases()).map(({ name }) => name),
    }));
  }
  const NOTHING = { local: [], session: [], cookies: "", databases: [] };

  test("without the consent that is required nothing is requested, stored or kept", async () => {
    await open({ consent: "required", flushIntervalMs: 20 });
    await page.evaluate(async () => {
      client.identify("u-1");
      client.page();
      client.transaction("transfer").fail({ error: new Error("x") });
      client.setAttributes({ tier: "gold" });
      await client.flush();
    });
    expect([collector.requests, await traces()]).toEqual([[], NOTHING]);
    await page.evaluate(async () => {
      client.grantConsent();
      client.track("agreed");
      await client.flush();
    });
    expect(names()).toEqual(["session.start", "agreed"]);
    await page.reload();
    await page.evaluate(async () => {
      client.track("remembered");
      await client.flush();
    });
    expect(names()).toContain("remembered");
    await page.evaluate(async () => {
      client.track("withdrawn");
      client.denyConsent();
      client.track("refused");
      await client.flush();
    });
    await page.goto("about:blank");
    expect(names().filter((name) => /withdrawn|refused/.test(name))).toEqual([]);
    await page.goBack();
    expect(await traces()).toEqual(NOTHING);
  });

  test("a refusal is remembered where no consent was required", async () => {
    await open({ flushIntervalMs: 20 });
    await page.evaluate(() => client.denyConsent());
    await page.reload();
    await page.evaluate(async () => {
      client.track("refused");
      await client.flush();
    });
    expect([collector.requests, await traces()]).toEqual([[], { ...NOTHING, local: ["voxloop.consent"] }]);
  });

  test.each([{ consent: "cookieless" }, { persistence: "memory" }] as const)(
    "with %o events are sent, and nothing is left on the device",
    async (options) => {
      await open({ ...options, flushIntervalMs: 20 });
      await page.evaluate(async () => {
        client.identify("u-1");
        client.setAttributes({ tier: "gold" });
        client.track("seen");
        await client.flush();
      });
      const seen = collector.events().find(({ name }) => name === "seen")!.attributes;
      expect(seen).toMatchObject({ "user.id": "u-1", tier: "gold" });
      expect(seen["session.id"]).toMatch(/^[\da-f-]{36}$/);
      expect(await traces()).toEqual(NOTHING);
    },
  );

  test("attributes that were set go with every event, also after a reload, until a reset", async () => {
    await open({ flushIntervalMs: 60_000, attributes: { tier: "none", branch: "hangzhou" } });
    await page.evaluate(() => {
      client.setAttributes({ tier: "gold", mail: "a@b.example", gone: 1 });
      client.setAttributes({ gone: null, branch: null });
    });
    await page.reload();
    await page.evaluate(async () => {
      client.track("kept");
      client.reset();
      client.track("after");
      await client.flush();
    });
    const [kept, after] = ["kept", "after"].map(
      (name) => collector.events().find((event) => event.name === name)!.attributes,
    );
    expect(kept).toMatchObject({ tier: "gold", mail: "[email]" });
    expect(["gone" in kept!, "branch" in kept!]).toEqual([false, false]);
    expect(after).toMatchObject({ tier: "none", branch: "hangzhou" });
  });

  test("a session of yesterday is named by the next one, across a reload", async () => {
    await open({ flushIntervalMs: 20 });
    await page.evaluate(() => client.track("yesterday"));
    await collector.until(() => names().includes("yesterday"));
    await page.addInitScript("const now = Date.now; Date.now = () => now() + 86_400_000;");
    await page.reload();
    await page.evaluate(() => client.track("today"));
    await collector.until(() => names().includes("today"));
    // A batch on its way while the page goes may be sent again.
    const starts = new Map(
      collector
        .events()
        .filter(({ name }) => name === "session.start")
        .map(({ attributes }) => [attributes["session.id"], attributes["session.previous_id"]]),
    );
    const [yesterday] = starts.keys();
    expect([...starts.values()]).toEqual([undefined, yesterday]);
  });
});
