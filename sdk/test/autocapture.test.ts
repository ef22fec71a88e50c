/* oxlint-disable unicorn/consistent-function-scoping, unicorn/prefer-add-event-listener, typescript/unbound-method, unicorn/no-invalid-fetch-options -- what runs in the page is sent there as text, with all it needs inside */
import { CHROMIUM_ARGS, findChromium } from "@voxloop/testing";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { init, InitOptions, VoxEvent, Voxloop } from "../src/browser.ts";
import type { autocapture, AutocaptureOptions } from "../src/features/autocapture/index.ts";
import { startSite, type Site } from "./autocapture-site.ts";
import { buildPageScript } from "./page-script.ts";
import { startReceiver, type Receiver } from "./receiver.ts";

declare global {
  var client: Voxloop;
  var voxloop: { init: typeof init; autocapture: typeof autocapture };
}

let script: string;

beforeAll(async () => {
  script = await buildPageScript("autocapture-page.ts");
});

test("a page that is rendered on a server starts nothing", async () => {
  const { init } = await import("../src/browser.ts");
  const { autocapture } = await import("../src/features/autocapture/index.ts");
  const problems: string[] = [];
  const client = init({
    writeKey: "k",
    endpoint: "http://127.0.0.1:9",
    service: "s",
    release: "1",
    environment: "test",
    features: [autocapture()],
    transport: async () => ({ status: 200 }),
    beforeSend: (event) => (problems.push(event.name), event),
  });
  await client.shutdown();
  expect(problems).toEqual([]);
});

const executablePath = await findChromium();

interface Visit {
  capture?: AutocaptureOptions;
  options?: Partial<InitOptions>;
  html?: string;
  path?: string;
  /** Runs before the client starts. */
  before?: string;
  /** Source of the options of `autocapture`, for those that are functions. */
  captureSource?: string;
}

describe.skipIf(!executablePath)("in Chromium", () => {
  let browser: Browser;
  let site: Site;
  /** On another port, so that every request crosses origins. */
  let collector: Receiver;
  let visits = 0;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGS });
    site = await startSite();
    collector = await startReceiver();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
  });
  afterAll(async () => {
    await browser.close();
    await site.close();
    await collector.close();
  });

  class Visited {
    readonly page: Page;
    readonly id: string;
    constructor(page: Page, id: string) {
      this.page = page;
      this.id = id;
    }
    events(name?: string): VoxEvent[] {
      const mine = collector.events().filter(({ attributes }) => attributes["visit"] === this.id);
      return mine.filter((event) => name === undefined || event.name === name);
    }
    names(): string[] {
      return this.events().map(({ name }) => name);
    }
    attributes(name: string): VoxEvent["attributes"][] {
      return this.events(name).map(({ attributes }) => attributes);
    }
    /** All that was captured so far has arrived. */
    async settle(): Promise<void> {
      const mark = `mark.${Math.random()}`;
      await this.page.evaluate((mark) => client.track(mark), mark);
      await collector.until(() => this.names().includes(mark));
    }
    /** As a phone does when another app is opened. */
    async hide(): Promise<void> {
      await this.page.evaluate(() => {
        const states: [string, unknown][] = [
          ["visibilityState", "hidden"],
          ["hidden", true],
        ];
        for (const [name, value] of states)
          Object.defineProperty(document, name, { value, configurable: true });
        document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
        for (const [name] of states) Reflect.deleteProperty(document, name);
        document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
      });
    }
  }

  async function visit({
    capture = {},
    html = "",
    path = "/accounts",
    ...more
  }: Visit = {}): Promise<Visited> {
    const id = `v${++visits}`;
    const options = {
      writeKey: "vxk_web",
      endpoint: collector.url,
      service: "bank-web",
      release: "8.0.1",
      environment: "test",
      flushIntervalMs: 20,
      attributes: { visit: id },
      ...more.options,
    };
    const features = `[voxloop.autocapture(${more.captureSource ?? JSON.stringify(capture)})]`;
    const start = `globalThis.client = voxloop.init({ ...${JSON.stringify(options)}, features: ${features} });`;
    const page = await (await browser.newContext()).newPage();
    const code = `<script nonce="n1">${script};${more.before ?? ""};${start}</script>`;
    site.pages.set(path, `<!doctype html><title>Bank</title>${code}<body style="margin:0">${html}</body>`);
    await page.goto(site.url + path);
    return new Visited(page, id);
  }

  describe("page views", () => {
    test("are sent at the start and for each path that is shown, once", async () => {
      const seen = await visit({ path: "/accounts" });
      await seen.page.evaluate(() => {
        history.pushState({}, "", "/transfer?to=4111111111111111");
        history.replaceState({}, "", "/transfer?to=2");
        history.pushState({}, "", "/transfer#amount");
        history.pushState({}, "", "/accounts/4711/entries/5f0c9a1e-3b7d-4c58-9a55-0d9b3f6c7e21");
      });
      await seen.page.goBack();
      await seen.settle();
      const views = seen.attributes("vox.page.viewed");
      expect(views.map((view) => [view["url.path"], view["url.template"]])).toEqual([
        ["/accounts", undefined],
        ["/transfer", undefined],
        ["/accounts/4711/entries/5f0c9a1e-3b7d-4c58-9a55-0d9b3f6c7e21", "/accounts/{id}/entries/{id}"],
        ["/transfer", undefined],
      ]);
    });

    test("of a hash router are those of its routes, with templates of the app's own", async () => {
      const seen = await visit({
        captureSource: `{ hashRoutes: true, urlTemplate: (path) => path.replace(/card-[a-z]+/, ":card") }`,
      });
      await seen.page.evaluate(() => {
        location.hash = "#/cards/card-gold?tab=1";
      });
      await seen.page.waitForFunction(() => location.hash.includes("gold"));
      await seen.page.evaluate(() => {
        location.hash = "#/cards/card-gold?tab=2";
      });
      await seen.settle();
      const views = seen.attributes("vox.page.viewed");
      expect(views.map((view) => [view["url.path"], view["url.template"]])).toEqual([
        ["/accounts", undefined],
        ["/cards/card-gold", "/cards/:card"],
      ]);
    });

    test("give later events the template that the app said of the path", async () => {
      const seen = await visit({ capture: { pageViews: false } });
      await seen.page.evaluate(() => {
        history.pushState({}, "", "/loans/9");
        client.page(undefined, { "url.template": "/loans/[loan]" });
        client.track("a");
        history.pushState({}, "", "/loans/9/edit");
        client.page();
        client.track("b");
      });
      await seen.settle();
      expect(seen.attributes("vox.page.viewed")).toHaveLength(2);
      expect(seen.attributes("a")[0]?.["url.template"]).toBe("/loans/[loan]");
      expect(seen.attributes("b")[0]?.["url.template"]).toBe("/loans/{id}/edit");
    });

    test("are one more when the page comes back from the browser's cache", async () => {
      const seen = await visit();
      await seen.page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
      await seen.page.evaluate(() =>
        dispatchEvent(new PageTransitionEvent("pageshow", { persisted: false })),
      );
      await seen.settle();
      expect(seen.events("vox.page.viewed")).toHaveLength(2);
    });
  });

  describe("errors", () => {
    test("that nobody caught are sent with their stack, and the page's own handlers see them too", async () => {
      const seen = await visit();
      const errors: string[] = [];
      seen.page.on("pageerror", (error) => errors.push(error.message));
      await seen.page.evaluate(() => {
        setTimeout(function settleTransfer() {
          throw new TypeError("no account");
        });
        void Promise.reject(new RangeError("too much"));
        void Promise.reject({ card: "4111111111111111", pin: "sesame-1234" });
        void Promise.reject(undefined);
        void fetch("/api/ok").then(() => {
          throw "a text";
        });
      });
      await collector.until(() => seen.events("exception").length >= 5);
      const found = new Map(seen.attributes("exception").map((one) => [one["exception.message"], one]));
      expect(found.get("no account")).toMatchObject({
        "exception.type": "TypeError",
        "exception.stacktrace": expect.stringContaining("settleTransfer"),
        "vox.error.origin": "uncaught",
        "url.path": "/accounts",
      });
      expect(found.get("too much")).toMatchObject({ "vox.error.origin": "rejection" });
      expect([...found.keys()]).toEqual(
        expect.arrayContaining(["[object Object] {card, pin}", "[object Undefined] {}", "a text"]),
      );
      expect(JSON.stringify([...found])).not.toContain("sesame");
      await expect.poll(() => errors).toContain("no account");
    });

    test("in a storm are sent once, and counted", async () => {
      const seen = await visit();
      await seen.page.evaluate(async () => {
        const fail = (): never => {
          throw new Error("again and again");
        };
        for (let index = 0; index < 500; index++) setTimeout(fail);
        await new Promise((resolve) => setTimeout(resolve, 100));
      });
      await seen.settle();
      await collector.until(() => seen.names().includes("vox.events.dropped"));
      expect(seen.events("exception")).toHaveLength(1);
      const dropped = seen.attributes("vox.events.dropped");
      expect(new Set(dropped.map((one) => one["vox.drop.reason"]))).toEqual(new Set(["repeated"]));
      expect(dropped.reduce((sum, one) => sum + Number(one["vox.drop.count"]), 0)).toBe(499);
    });

    test("that the app reported are not sent again, and those it ignores never", async () => {
      const seen = await visit({ options: { ignoreErrors: ["known trouble"] } });
      await seen.page.evaluate(() => {
        const error = new Error("reported");
        client.captureError(error);
        setTimeout(() => {
          throw error;
        });
        setTimeout(() => {
          throw new Error("known trouble with ads");
        });
      });
      await seen.page.waitForTimeout(50);
      await seen.settle();
      expect(seen.attributes("exception").map((one) => one["exception.message"])).toEqual(["reported"]);
    });

    test("of other sites' scripts, of extensions and of the browser's making are counted only", async () => {
      const seen = await visit();
      await seen.page.evaluate(() => {
        dispatchEvent(new ErrorEvent("error", { message: "Script error." }));
        dispatchEvent(new ErrorEvent("error", { message: "ResizeObserver loop limit exceeded" }));
        const stack = "Error: x\n    at chrome-extension://abcdef/content.js:1:1";
        dispatchEvent(new ErrorEvent("error", { error: Object.assign(new Error("x"), { stack }) }));
        void Promise.reject(new DOMException("gone", "AbortError"));
        const image = new Image();
        image.src = "data:image/png;base64,broken";
        document.body.append(image);
      });
      await seen.page.waitForTimeout(50);
      await seen.settle();
      await collector.until(() => seen.names().includes("vox.events.dropped"));
      expect(seen.events("exception")).toEqual([]);
      const counts = seen.attributes("vox.events.dropped").map((one) => Number(one["vox.drop.count"]));
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4);
    });
  });

  describe("requests", () => {
    test("that fail are sent with method, template, status and time, never with what they hold", async () => {
      const seen = await visit();
      await seen.page.evaluate(async () => {
        const init = { method: "post", body: "amount=secret-body", headers: { "x-app": "secret-header" } };
        await fetch("/api/accounts/4711/503?token=secret-query", init);
        await fetch(new Request(new URL("/api/missing/404", location.href)));
        await fetch("/api/cut").catch(() => undefined);
        await fetch("/api/fine/200");
        await fetch("/api/hang", { signal: AbortSignal.timeout(50) }).catch(() => undefined);
      });
      await collector.until(() => seen.events("vox.request.failed").length >= 4);
      await seen.settle();
      const failed = seen.attributes("vox.request.failed");
      expect(failed).toMatchObject([
        {
          "error.type": "503",
          "exception.message": "POST /api/accounts/{id}/{id}",
          "http.request.method": "POST",
          "http.response.status_code": 503,
          "url.template": "/api/accounts/{id}/{id}",
          "url.path": "/accounts",
        },
        { "error.type": "404", "http.request.method": "GET", "url.template": "/api/missing/{id}" },
        { "error.type": "network", "url.template": "/api/cut" },
        { "error.type": "timeout", "url.template": "/api/hang" },
      ]);
      expect(failed.every((one) => Number(one["vox.duration_ms"]) >= 0)).toBe(true);
      expect(failed[2]).not.toHaveProperty("http.response.status_code");
      expect(JSON.stringify(failed)).not.toContain("secret-");
    });

    test("of XMLHttpRequest are the same", async () => {
      const seen = await visit();
      await seen.page.evaluate(async () => {
        const send = (path: string, act?: (xhr: XMLHttpRequest) => void): Promise<void> =>
          new Promise((resolve) => {
            const xhr = new XMLHttpRequest();
            xhr.open("PUT", path);
            xhr.addEventListener("loadend", () => resolve());
            xhr.send("secret-body");
            act?.(xhr);
          });
        await send("/api/orders/502");
        await send("/api/cut");
        await send("/api/fine/200");
        await send("/api/hang", (xhr) => xhr.abort());
        // Opened anew before it ends: the first is not spoken of.
        await send("/api/hang", (xhr) => {
          xhr.open("GET", "/api/anew/500");
          xhr.send();
        });
      });
      await collector.until(() => seen.events("vox.request.failed").length >= 3);
      await seen.settle();
      expect(seen.attributes("vox.request.failed")).toMatchObject([
        { "error.type": "502", "http.request.method": "PUT" },
        { "error.type": "network", "url.template": "/api/cut" },
        { "error.type": "500", "http.request.method": "GET" },
      ]);
    });

    test("that the app aborts, ignores or expects to fail, and our own, are no failures", async () => {
      const seen = await visit({
        captureSource: `{ ignoreUrls: ["/api/noisy", /\\/api\\/pattern/], isFailedStatus: (status) => status >= 500 }`,
      });
      await seen.page.evaluate(async () => {
        const controller = new AbortController();
        const asked = fetch("/api/hang", { signal: controller.signal }).catch(() => undefined);
        controller.abort();
        await asked;
        const reasoned = new AbortController();
        const other = fetch(new Request("/api/hang", { signal: reasoned.signal })).catch(() => undefined);
        reasoned.abort(new Error("another page"));
        await other;
        await fetch("/api/noisy/500");
        await fetch("/api/pattern/500");
        await fetch("/api/known/404");
        await fetch("data:text/plain,x");
      });
      collector.answerNext({ status: 400 });
      await seen.page.evaluate(() => client.track("refused"));
      await seen.page.waitForTimeout(100);
      await seen.settle();
      expect(seen.events("vox.request.failed")).toEqual([]);
    });

    test("inside a transaction belong to it, and carry its trace to the origins that the app lists", async () => {
      const other = await startSite();
      const seen = await visit({
        options: { tracePropagationTargets: [`${other.url}/api/traced`] },
      });
      const ids = await seen.page.evaluate(async (url) => {
        const transfer = client.transaction("transfer");
        await fetch(`${url}/api/traced/a`, { headers: { "x-app": "1" } });
        await fetch(new Request(`${url}/api/traced/b`, { headers: [["x-app", "2"]] }));
        await fetch(`${url}/api/traced/own`, { headers: { traceparent: "00-app" } });
        await fetch(`${url}/api/elsewhere`);
        await new Promise((resolve) => {
          const xhr = new XMLHttpRequest();
          xhr.open("GET", `${url}/api/traced/xhr`);
          xhr.addEventListener("loadend", resolve);
          xhr.send();
        });
        await fetch(`${url}/api/elsewhere/500`);
        transfer.succeed();
        await fetch(`${url}/api/traced/after`);
        return { id: transfer.id, traceparent: transfer.traceparent };
      }, other.url);
      await seen.settle();
      const sent = Object.fromEntries(other.calls.map(({ path, headers }) => [path, headers]));
      expect(sent["/api/traced/a"]).toMatchObject({ traceparent: ids.traceparent, "x-app": "1" });
      expect(sent["/api/traced/b"]).toMatchObject({ traceparent: ids.traceparent, "x-app": "2" });
      expect(sent["/api/traced/own"]?.["traceparent"]).toBe("00-app");
      expect(sent["/api/traced/xhr"]?.["traceparent"]).toBe(ids.traceparent);
      for (const path of ["/api/elsewhere", "/api/elsewhere/500", "/api/traced/after"])
        expect(sent[path]).not.toHaveProperty("traceparent");
      expect(seen.attributes("vox.request.failed")).toMatchObject([
        { "vox.transaction.id": ids.id, "vox.flow": "transfer", "server.address": "127.0.0.1" },
      ]);
      await other.close();
    });

    test("give the app what they gave before: streams, bodies, errors, reasons, and rejections nobody handles", async () => {
      const seen = await visit();
      const result = await seen.page.evaluate(async () => {
        const caught = async (asked: Promise<unknown>): Promise<unknown> =>
          asked.catch((error: unknown) => error);
        const streamed = await fetch("/api/slow/stream");
        const reader = streamed.body!.getReader();
        let chunks = 0;
        let text = "";
        for (let read = await reader.read(); !read.done; read = await reader.read()) {
          chunks++;
          text += new TextDecoder().decode(read.value);
        }
        const request = new Request("/api/echo", { method: "POST", body: "from a request" });
        const answered = await fetch(request);
        const reason = new Error("why");
        const controller = new AbortController();
        const aborted = caught(fetch("/api/hang", { signal: controller.signal }));
        controller.abort(reason);
        const unhandled = new Promise<unknown>((resolve) =>
          addEventListener("unhandledrejection", (event) => resolve(event.reason?.name), { once: true }),
        );
        void fetch("/api/cut");
        return {
          chunks,
          text,
          url: answered.url.endsWith("/api/echo"),
          isUsed: request.bodyUsed,
          isReason: (await aborted) === reason,
          malformed: String(await caught(fetch("http://[bad"))),
          forbidden: String(await caught(fetch("/x", { method: "GET", body: "b" }))),
          unhandled: await unhandled,
          isPromise: fetch("/api/ok") instanceof Promise,
          shape: [fetch.name, fetch.length, /native code/.test(String(fetch))],
        };
      });
      expect(result).toMatchObject({
        text: "one,two",
        url: true,
        isUsed: true,
        isReason: true,
        malformed: expect.stringContaining("Failed to parse URL"),
        forbidden: expect.stringContaining("GET/HEAD method cannot have body"),
        unhandled: "TypeError",
        isPromise: true,
        shape: ["fetch", 1, true],
      });
      expect(result.chunks).toBeGreaterThan(1);
      expect(site.calls.find(({ path }) => path === "/api/echo")?.body).toBe("from a request");
    });

    test("of an app with patches of its own go on as it made them", async () => {
      const seen = await visit({
        before: `
          const native = window.fetch;
          window.fetch = function (input, init) {
            if (input === "sync") throw new Error("sync");
            if (input === "nothing") return undefined;
            const promise = native.call(window, input, init);
            promise.cancel = () => "cancelled";
            return promise;
          };
          Object.defineProperty(history, "replaceState", { value: history.replaceState, writable: false });
          JSON.stringify = ((own) => function (...args) { return own.apply(this, args); })(JSON.stringify);`,
      });
      const result = await seen.page.evaluate(async () => {
        const thrown = ((): unknown => {
          try {
            return fetch("sync");
          } catch (error) {
            return String(error);
          }
        })();
        const promise = fetch("/api/own/500") as Promise<Response> & { cancel: () => string };
        const cancelled = promise.cancel();
        await promise;
        history.replaceState({}, "", "/replaced");
        return { thrown, cancelled, nothing: fetch("nothing"), path: location.pathname };
      });
      await seen.settle();
      expect(result).toEqual({
        thrown: "Error: sync",
        cancelled: "cancelled",
        nothing: undefined,
        path: "/replaced",
      });
      expect(seen.attributes("vox.request.failed")).toMatchObject([{ "error.type": "500" }]);
    });
  });

  test("a client that is shut down, or refused, leaves the page as it was", async () => {
    const keep = "globalThis.was = [fetch, history.pushState, XMLHttpRequest.prototype.send]";
    const seen = await visit({ before: keep });
    const isAsBefore = (): Promise<boolean> =>
      seen.page.evaluate(() =>
        [fetch, history.pushState, XMLHttpRequest.prototype.send].every(
          (method, index) => method === (globalThis as unknown as { was: unknown[] }).was[index],
        ),
      );
    expect(await isAsBefore()).toBe(false);
    await seen.settle();
    await seen.page.evaluate(() => client.denyConsent());
    expect(await isAsBefore()).toBe(true);
    await seen.page.evaluate(() => client.grantConsent());
    expect(await isAsBefore()).toBe(false);
    await seen.settle();
    // What was patched after us keeps ours inside, which does nothing any more.
    await seen.page.evaluate(() => {
      const inner = window.fetch;
      window.fetch = (...args) => inner(...args);
    });
    const before = seen.names().length;
    await seen.page.evaluate(async () => {
      await client.shutdown();
      await fetch("/api/after/500");
      history.pushState({}, "", "/after");
      setTimeout(() => {
        throw new Error("after");
      });
    });
    await seen.page.waitForTimeout(100);
    expect(
      await seen.page.evaluate(
        () => history.pushState === (globalThis as never as { was: unknown[] }).was[1],
      ),
    ).toBe(true);
    const late = seen.names().slice(before);
    expect(late.filter((name) => name !== "vox.page.viewed")).toEqual([]);
  });

  test("what is turned off is not captured, and not patched", async () => {
    const off = [
      "pageViews",
      "errors",
      "requests",
      "webVitals",
      "rageClicks",
      "deadClicks",
      "forms",
      "longTasks",
      "breadcrumbs",
    ];
    const seen = await visit({
      capture: Object.fromEntries(off.map((name) => [name, false])),
      html: `<button id="it">Pay</button><form name="f"><input name="amount"></form>`,
      before: "globalThis.was = fetch",
    });
    await seen.page.click("#it", { clickCount: 3 });
    await seen.page.fill("input", "12");
    await seen.page.evaluate(async () => {
      history.pushState({}, "", "/next");
      await fetch("/api/off/500");
      const until = performance.now() + 150;
      while (performance.now() < until);
      setTimeout(() => {
        throw new Error("off");
      });
      client.captureError(new Error("by hand"));
    });
    expect(await seen.page.evaluate(() => fetch === (globalThis as never as { was: unknown }).was)).toBe(
      true,
    );
    await seen.page.waitForTimeout(2_700);
    await seen.hide();
    await seen.settle();
    const names = seen.names().filter((name) => !name.startsWith("mark."));
    expect(names).toEqual(["session.start", "exception"]);
    expect(seen.attributes("exception")[0]).not.toHaveProperty("vox.breadcrumbs");
  });

  test("web vitals are sent when the page is hidden, once unless they grow worse", async () => {
    const seen = await visit({
      path: "/start",
      html: `<h1>Welcome</h1><button id="it" onclick="const t = performance.now() + 120; while (performance.now() < t); this.after('x')">Go</button><p>text</p>`,
    });
    await seen.page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
    await seen.page.evaluate(() => {
      history.pushState({}, "", "/later");
      return new Promise((resolve) => setTimeout(resolve, 600));
    });
    await seen.page.evaluate(() => {
      const shift = document.createElement("div");
      shift.style.height = "100px";
      document.body.prepend(shift);
      return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    });
    await seen.page.waitForTimeout(50);
    await seen.hide();
    await seen.settle();
    const vitals = (): VoxEvent["attributes"][] => seen.attributes("browser.web_vital");
    const names = (): unknown[] => vitals().map((one) => one["browser.web_vital.name"]);
    expect(
      names()
        .map(String)
        .toSorted((a, b) => (a < b ? -1 : 1)),
    ).toEqual(["cls", "fcp", "lcp", "ttfb"]);
    const of = (name: string) => vitals().filter((one) => one["browser.web_vital.name"] === name);
    expect(of("cls")[0]?.["browser.web_vital.value"]).toBeGreaterThan(0);
    expect(of("cls")[0]?.["url.path"]).toBe("/later");
    expect(of("ttfb")[0]).toMatchObject({
      "browser.web_vital.rating": "good",
      "browser.web_vital.navigation_type": "navigate",
      "url.path": "/start",
    });
    expect(of("lcp")[0]?.["url.path"]).toBe("/start");
    await seen.page.click("#it");
    await seen.page.waitForTimeout(200);
    await seen.hide();
    await seen.settle();
    expect(
      names()
        .map(String)
        .toSorted((a, b) => (a < b ? -1 : 1)),
    ).toEqual(["cls", "fcp", "inp", "lcp", "ttfb"]);
    expect(of("inp")[0]?.["browser.web_vital.value"]).toBeGreaterThanOrEqual(100);
    await seen.page.evaluate(() => {
      const shift = document.createElement("div");
      shift.style.height = "250px";
      return new Promise((resolve) => {
        setTimeout(() => {
          document.body.prepend(shift);
          requestAnimationFrame(() => requestAnimationFrame(resolve));
        }, 600);
      });
    });
    await seen.page.waitForTimeout(50);
    await seen.hide();
    await seen.settle();
    const [first, second] = of("cls");
    expect(second?.["browser.web_vital.id"]).toBe(first?.["browser.web_vital.id"]);
    const value = (one: VoxEvent["attributes"] | undefined, name: string) =>
      Number(one?.[`browser.web_vital.${name}`]);
    expect(value(second, "value")).toBeGreaterThan(value(first, "value"));
    expect(value(second, "delta")).toBeCloseTo(value(second, "value") - value(first, "value"), 3);
  });

  test("long tasks are one event a page, and none where nobody notices", async () => {
    const seen = await visit({ path: "/busy" });
    const work = (ms: number, times: number) =>
      seen.page.evaluate(
        async ([ms, times]) => {
          for (let index = 0; index < times!; index++)
            await new Promise<void>((resolve) => {
              setTimeout(() => {
                const until = performance.now() + ms!;
                while (performance.now() < until);
                resolve();
              });
            });
          await new Promise((resolve) => setTimeout(resolve, 50));
        },
        [ms, times],
      );
    await work(150, 3);
    await seen.page.evaluate(() => history.pushState({}, "", "/calm"));
    await seen.page.evaluate(() => history.pushState({}, "", "/end"));
    await seen.settle();
    const tasks = seen.attributes("vox.long_task");
    expect(tasks).toHaveLength(1);
    expect(tasks[0]?.["vox.long_task.count"]).toBeGreaterThanOrEqual(3);
    expect(tasks[0]?.["vox.long_task.max_ms"]).toBeGreaterThanOrEqual(140);
    expect(tasks[0]?.["vox.duration_ms"]).toBeGreaterThanOrEqual(420);
    expect(tasks[0]?.["url.path"]).toBe("/busy");
  });

  describe("rage clicks", () => {
    const html = `
      <section data-vox-name="card" data-vox-product="gold">
        <button id="pay" data-vox-name="pay" data-vox-step="confirm">Pay Zhang San</button></section>
      <p id="text">A paragraph to read.</p>
      <input id="amount"><button id="plus" data-vox-ignore="rage">+</button>
      <div data-vox-ignore><button id="pin-4">4</button></div>`;

    test("are three clicks at one place within a second, one event a burst, with what the app says of the place", async () => {
      const seen = await visit({ html, capture: { deadClicks: false } });
      for (let index = 0; index < 7; index++) await seen.page.click("#pay");
      await seen.settle();
      const [rage, ...more] = seen.attributes("vox.click.rage");
      expect(more).toEqual([]);
      expect(rage).toMatchObject({
        "app.widget.name": "pay",
        product: "gold",
        step: "confirm",
        "url.path": "/accounts",
      });
      expect(JSON.stringify(seen.events())).not.toContain("Zhang");
      await seen.page.waitForTimeout(1_050);
      for (let index = 0; index < 3; index++) await seen.page.click("#pay");
      await seen.settle();
      expect(seen.events("vox.click.rage")).toHaveLength(2);
    });

    test("are not two clicks, clicks here and there, a paragraph selected, typing, keys held, steppers or PIN pads", async () => {
      const seen = await visit({ html, capture: { deadClicks: false } });
      const { page } = seen;
      await page.dblclick("#pay");
      for (let index = 0; index < 3; index++) {
        await page.mouse.click(200 + index * 100, 300);
        await page.mouse.click(200 + index * 100, 500);
      }
      await page.click("#text", { clickCount: 3 });
      await page.click("#amount", { clickCount: 3 });
      for (let index = 0; index < 4; index++) await page.click("#plus");
      for (let index = 0; index < 4; index++) await page.click("#pin-4");
      await page.focus("#pay");
      for (let index = 0; index < 4; index++) await page.keyboard.press("Enter");
      await page.evaluate(() => {
        for (let index = 0; index < 4; index++) document.querySelector<HTMLElement>("#pay")!.click();
      });
      await seen.settle();
      expect(seen.events("vox.click.rage")).toEqual([]);
    });

    test("of 10,000 clicks are few events, and cost the page no long task", async () => {
      const seen = await visit({
        html,
        options: { rateLimit: { eventsPerSecond: 1_000_000, burst: 1_000_000 } },
      });
      const session = await seen.page.context().newCDPSession(seen.page);
      const box = (await seen.page.locator("#pay").boundingBox())!;
      const at = { x: box.x + 5, y: box.y + 5, button: "left" as const, clickCount: 1 };
      const send = (type: "mousePressed" | "mouseReleased") =>
        session.send("Input.dispatchMouseEvent", { type, ...at });
      for (let round = 0; round < 10; round++) {
        await Promise.all(
          Array.from({ length: 200 }, () => Promise.all([send("mousePressed"), send("mouseReleased")])),
        );
      }
      // The rest by script, which are none of the customer's.
      const cost = await seen.page.evaluate(() => {
        const button = document.querySelector<HTMLElement>("#pay")!;
        const from = performance.now();
        for (let index = 0; index < 8_000; index++) button.click();
        return performance.now() - from;
      });
      await seen.settle();
      const names = seen.names().filter((name) => name.startsWith("vox.click"));
      expect(names.length).toBeLessThanOrEqual(10);
      expect(names).toContain("vox.click.rage");
      expect(cost / 8_000).toBeLessThan(1);
    });
  });

  test(
    "dead clicks are those that nothing answers, on what looks as if it would do something",
    { timeout: 180_000 },
    async () => {
      const dead = [
        `<button id="it">Pay</button>`,
        `<div id="it" role="button" data-vox-name="more">More</div>`,
        `<div id="it" style="cursor: pointer">Card</div>`,
        `<a id="it">No address</a>`,
        `<a id="it" href="/broken" onclick="event.preventDefault()">Router that does nothing</a>`,
        `<button id="it" onclick="globalThis.pressed = true"><span>Pay</span></button>`,
      ];
      const alive = [
        `<button id="it" onclick="this.textContent = 'Paid'">changes</button>`,
        `<button id="it" onclick="setTimeout(() => document.body.append('x'), 1500)">changes late</button>`,
        `<button id="it" onclick="fetch('/api/ok')">asks</button>`,
        `<button id="it" onclick="history.pushState({}, '', '/else')">goes</button>`,
        `<button id="it" onclick="document.querySelector('input').focus()">focuses</button><input>`,
        `<button id="it" onclick="window.scrollTo(0, 500)">scrolls</button><div style="height: 3000px"></div>`,
        `<button id="it" onclick="alert('Sure?')">asks with a dialog</button>`,
        `<button id="it" popovertarget="p">opens</button><div id="p" popover>Menu</div>`,
        `<button id="it" disabled>off</button>`,
        `<button id="it" data-vox-ignore="dead">ignored</button>`,
        `<div id="it" style="user-select: all">selects</div>`,
        `<a id="it" href="mailto:bank@example.com">mail</a>`,
        `<a id="it" href="#top">top</a>`,
        `<form><input required><button id="it">invalid</button></form>`,
        `<canvas id="it" style="cursor: pointer"></canvas>`,
        `<x-menu></x-menu><script>customElements.define("x-menu", class extends HTMLElement { constructor() { super();
        this.attachShadow({ mode: "open" }).innerHTML = "<button id='it'>in a shadow</button>";
        this.shadowRoot.querySelector("button").onclick = () => this.shadowRoot.append("x"); } })</script>`,
      ];
      const clicked = async (html: string): Promise<unknown[]> => {
        const seen = await visit({ html, path: `/case/${Math.random()}` });
        seen.page.on(
          "dialog",
          (dialog) => void setTimeout(() => void dialog.accept().catch(() => undefined), 700),
        );
        await seen.page.locator("#it").click({ force: true, noWaitAfter: true });
        await seen.page.waitForTimeout(2_800);
        await seen.settle();
        const found = seen.attributes("vox.click.dead").map((one) => one["app.widget.name"]);
        await seen.page.context().close();
        return found;
      };
      const cases = [...dead, ...alive];
      const found: unknown[][] = [];
      // As many at once as a small machine draws in time.
      for (let from = 0; from < cases.length; from += 8)
        found.push(...(await Promise.all(cases.slice(from, from + 8).map(clicked))));
      const wrong = cases.filter((_, index) => found[index]!.length > 0 !== index < dead.length);
      expect(wrong).toEqual([]);
      expect(found.slice(0, 3)).toEqual([["button#it"], ["more"], ["div#it"]]);
    },
  );

  test("a page that works is not blamed for a click in a hurry, and a dead one is told of once", async () => {
    const seen = await visit({ html: `<button id="it">Pay</button>` });
    await seen.page.click("#it");
    await seen.page.click("#it", { modifiers: ["Control"] });
    await seen.page.waitForTimeout(2_600);
    await seen.page.click("#it");
    await seen.page.waitForTimeout(2_600);
    await seen.settle();
    expect(seen.events("vox.click.dead")).toHaveLength(1);
  });

  describe("forms", () => {
    const html = `
      <form name="transfer" data-vox-product="gold" onsubmit="event.preventDefault()">
        <input name="payee"><input name="pin" type="password"><button id="send">Send</button>
      </form>`;

    test("that were filled in part and left are told of by name, with the last field and no value", async () => {
      const seen = await visit({ html, path: "/pay" });
      await seen.page.fill("[name=payee]", "Zhang San");
      await seen.page.fill("[name=pin]", "918273");
      await seen.page.goto("about:blank");
      await collector.until(() => seen.names().includes("vox.form.abandoned"));
      expect(seen.attributes("vox.form.abandoned")).toMatchObject([
        { "vox.form.name": "transfer", "vox.form.field": "pin", product: "gold", "url.path": "/pay" },
      ]);
      expect(JSON.stringify(seen.events())).not.toMatch(/Zhang|918273/);
    });

    test("are left by another route when they are gone from it, not while they go on", async () => {
      const seen = await visit({ html, path: "/pay" });
      await seen.page.fill("[name=payee]", "Z");
      await seen.page.evaluate(() => history.pushState({}, "", "/pay/step-2"));
      await seen.page.waitForTimeout(1_100);
      await seen.settle();
      expect(seen.events("vox.form.abandoned")).toEqual([]);
      await seen.page.evaluate(() => {
        history.pushState({}, "", "/home");
        document.querySelector("form")!.remove();
      });
      await seen.page.waitForTimeout(1_100);
      await seen.settle();
      expect(seen.attributes("vox.form.abandoned")).toMatchObject([
        { "vox.form.field": "payee", "url.path": "/pay" },
      ]);
    });

    test.each([
      ["not touched", async () => undefined],
      ["submitted", async (page: Page) => page.click("#send")],
      [
        "submitted by a script",
        async (page: Page) => page.evaluate(() => void new FormData(document.forms[0])),
      ],
      [
        "sent by a script after a click",
        async (page: Page) => {
          await page.evaluate(() => {
            document.querySelector<HTMLElement>("#send")!.onclick = (event) => {
              event.preventDefault();
              void fetch("/api/pay", { method: "POST" });
            };
          });
          await page.click("#send");
        },
      ],
      ["reset", async (page: Page) => page.evaluate(() => document.forms[0]!.reset())],
      ["filled by a script", async (page: Page) => page.evaluate(() => void 0)],
    ])("that were %s are not", async (what, act) => {
      const seen = await visit({ html, path: "/pay" });
      if (what === "filled by a script")
        await seen.page.evaluate(() => {
          const field = document.querySelector<HTMLInputElement>("[name=payee]")!;
          field.value = "x";
          field.dispatchEvent(new Event("input", { bubbles: true }));
        });
      else if (what !== "not touched") await seen.page.fill("[name=payee]", "Z");
      await act(seen.page);
      await seen.page.evaluate(() => {
        history.pushState({}, "", "/home");
        document.querySelector("form")!.remove();
      });
      await seen.page.waitForTimeout(1_100);
      await seen.settle();
      expect(seen.events("vox.form.abandoned")).toEqual([]);
    });
  });

  describe("breadcrumbs", () => {
    test("say what happened before an error, oldest first, by names", async () => {
      const seen = await visit({
        html: `<form id="login"><button type="button">Pay Zhang San</button></form>`,
      });
      await seen.page.click("button");
      await seen.page.evaluate(async () => {
        await fetch("/api/ok?secret=1");
        client.transaction("transfer").step("confirm");
        client.captureError(new Error("first"));
        client.track("loan.viewed");
        client.captureError(new Error("second"));
      });
      await seen.settle();
      const [first, second] = seen
        .attributes("exception")
        .map(
          (one) =>
            JSON.parse(String(one["vox.breadcrumbs"])) as { ago: number; type: string; name: string }[],
        );
      const lines = (crumbs: typeof first) => crumbs!.map(({ type, name }) => `${type}: ${name}`);
      expect(lines(first)).toEqual([
        "vox.page.viewed: ",
        "click: form#login > button[button]",
        "request: GET /api/ok 200",
        "vox.transaction: transfer started",
        "vox.step: transfer confirm",
      ]);
      expect(lines(second).slice(-2)).toEqual(["exception: Error transfer confirm", "loan.viewed: "]);
      expect(first!.every(({ ago }) => ago >= 0)).toBe(true);
      expect(seen.attributes("loan.viewed")[0]).not.toHaveProperty("vox.breadcrumbs");
    });

    test("are bounded in number and length, and begin anew with another customer", async () => {
      const seen = await visit({
        capture: { maxBreadcrumbs: 1_000 },
        options: { rateLimit: { eventsPerSecond: 10_000, burst: 10_000 } },
      });
      await seen.page.evaluate(() => {
        for (let index = 0; index < 300; index++) client.track(`${index}.${"长".repeat(110)}`);
      });
      await seen.page.evaluate(() => client.captureError(new Error("full")));
      await seen.page.evaluate(() => {
        client.reset();
        client.track("somebody else");
        client.captureError(new Error("anew"));
      });
      await seen.settle();
      const [full, anew] = seen.attributes("exception").map((one) => String(one["vox.breadcrumbs"]));
      expect(full!.length).toBeLessThanOrEqual(8_192);
      expect((JSON.parse(full!) as unknown[]).length).toBeLessThanOrEqual(100);
      expect((JSON.parse(anew!) as { type: string }[]).map(({ type }) => type)).toEqual(["somebody else"]);
    });
  });

  test("a strict content security policy and trusted types are respected, and the page keeps its place in the browser's cache", async () => {
    site.headers = {
      "content-security-policy":
        `default-src 'none'; script-src 'nonce-n1'; connect-src 'self' ${collector.url}; style-src 'unsafe-inline'; ` +
        "require-trusted-types-for 'script'; base-uri 'none'",
    };
    const problems: string[] = [];
    const seen = await visit({
      html: `<button id="it">Pay</button>`,
      before: `
      const listen = window.addEventListener;
      globalThis.kinds = [];
      window.addEventListener = function (type, ...rest) { kinds.push(type); return listen.call(this, type, ...rest); };`,
    });
    site.headers = {};
    seen.page.on("console", (message) => problems.push(message.text()));
    seen.page.on("pageerror", (error) => problems.push(error.message));
    await seen.page.click("#it");
    await seen.page.evaluate(() => fetch("/api/strict/500"));
    await seen.hide();
    await seen.settle();
    expect(seen.names()).toEqual(
      expect.arrayContaining(["vox.page.viewed", "vox.request.failed", "browser.web_vital"]),
    );
    expect(problems.filter((text) => !/favicon|500/.test(text))).toEqual([]);
    const kinds = await seen.page.evaluate(() => (globalThis as never as { kinds: string[] }).kinds);
    expect(kinds.filter((type) => /unload/.test(type))).toEqual([]);
  });
});
