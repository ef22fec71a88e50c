import { CHROMIUM_ARGS, findChromium } from "@voxloop/testing";
import { chromium } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { shareOf } from "../src/core/share.ts";
import { guidanceOf, surveyOf } from "./prompt-samples.ts";
import { PromptsPage } from "./prompts-page.ts";

const executablePath = await findChromium();

const isIn = (salt: string, id: string) => shareOf(`guidance.${salt}.limit`, id) < 0.5;

/** A customer who takes part, or is held out, at a half each. */
const customer = (rollout: boolean, holdout: boolean) =>
  Array.from({ length: 100 }, (_, index) => `u-${index}`).find(
    (id) => isIn("rollout", id) === rollout && isIn("holdout", id) === holdout,
  )!;

describe.skipIf(!executablePath)("guidance in Chromium", () => {
  let on: PromptsPage;

  beforeAll(async () => {
    on = await PromptsPage.start(
      await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGS }),
    );
  });
  afterAll(() => on.stop());
  afterEach(() => on.page.context().close());

  const asked = () =>
    on.collector.asked.filter(({ path }) => path === "/v1/config").map(({ status }) => status);
  const title = () => on.prompt().getByText("Your daily limit is reached", { exact: true });
  const nothing = async () => {
    expect(await on.actions()).toEqual([]);
    expect(on.hasFetchedPrompts()).toBe(false);
    expect(await on.prompt().count()).toBe(0);
  };

  test("a customer whom the error stops sees the message, and what is told of it names error, flow and transaction", async () => {
    await on.open({ config: { guidance: [guidanceOf()] } });
    expect(on.hasFetchedPrompts()).toBe(false);
    const transactionId = await on.fail();
    await title().waitFor();
    const [shown] = await on.events("vox.guidance");
    expect(shown?.attributes).toMatchObject({
      "vox.guidance.id": "limit",
      "vox.guidance.version": 3,
      "vox.guidance.action": "shown",
      "vox.prompt.language": "en",
      "vox.flow": "transfer",
      "vox.transaction.id": transactionId,
      "vox.cause.code": "E1042",
    });
    // It tells of an error, and is none.
    expect(shown?.attributes).not.toHaveProperty("vox.error.code");
    expect(on.hasFetchedPrompts()).toBe(true);
  });

  test("guidance for another error, audience or release, and for nobody yet, is not shown", async () => {
    const others = [
      { match: { code: "E1" } },
      { match: { code: "E1042", flow: "loan" } },
      { match: { code: "E1042", errorType: "TypeError" } },
      { match: {} },
      { audience: { "vox.audience": ["care"] } },
      { audience: { "service.version": ["8.0.2", "8.0.3"] } },
      { rolloutShare: 0 },
    ];
    await on.open({
      config: { guidance: others.map((other, index) => guidanceOf({ id: `g${index}`, ...other })) },
    });
    await on.fail();
    await nothing();
  });

  test("an error's type, a flow and an audience that are equal are met", async () => {
    const match = { errorType: "RangeError", flow: "loan" };
    const audience = { "vox.audience": ["care", "young"], "service.version": ["8.0.1"] };
    await on.open({ config: { guidance: [guidanceOf({ match, audience })] }, init: { audience: "care" } });
    await on.page.evaluate(() => client.transaction("loan").fail({ error: new RangeError("too much") }));
    await title().waitFor();
  });

  test("of several the one that names most of the error is shown", async () => {
    const exact = guidanceOf({
      id: "exact",
      match: { code: "E1042", flow: "transfer" },
      title: { en: "Exact" },
    });
    await on.open({ config: { guidance: [guidanceOf(), exact, guidanceOf({ id: "again" })] } });
    await on.fail();
    await on.prompt().getByText("Exact").waitFor();
    expect(await on.prompt().count()).toBe(1);
    expect(await on.actions()).toEqual(["shown"]);
  });

  test("a message gives way to one that names as much of its error, and to no other", async () => {
    const flow = { code: "E7", flow: "transfer" };
    const texts = { E1: "Vague", E7: "Exact", E8: "Later" };
    const of = (id: keyof typeof texts, match: object) => guidanceOf({ id, match, title: { en: texts[id] } });
    await on.open({
      config: { guidance: [of("E1", { code: "E1" }), of("E7", flow), of("E8", { ...flow, code: "E8" })] },
    });
    await on.fail("E1");
    await on.prompt().getByText("Vague").waitFor();
    await on.fail("E7");
    await on.prompt().getByText("Exact").waitFor();
    await on.visit({});
    await on.wait(31 * 60_000);
    await on.fail("E7");
    await on.prompt().getByText("Exact").waitFor();
    await on.fail("E1");
    expect(await on.actions()).toEqual(["shown", "shown", "shown"]);
    await on.fail("E8");
    await on.prompt().getByText("Later").waitFor();
    expect(await on.prompt().count()).toBe(1);
  });

  test("a customer in the holdout is shown nothing, which is told once", async () => {
    await on.open({ config: { guidance: [guidanceOf({ holdoutShare: 1 })] } });
    await on.fail();
    await on.fail();
    const events = await on.events("vox.guidance");
    expect(events.map(({ attributes }) => attributes["vox.guidance.action"])).toEqual(["held_out"]);
    expect(events[0]?.attributes).toMatchObject({ "vox.flow": "transfer", "vox.cause.code": "E1042" });
    expect(on.hasFetchedPrompts()).toBe(false);
  });

  test("rollout and holdout are the customer's own, and independent", async () => {
    const guidance = guidanceOf({ rolloutShare: 0.5, holdoutShare: 0.5 });
    await on.open({ config: { guidance: [guidance] } });
    const act = async (id: string) => {
      await on.page.evaluate((id) => client.identify(id), id);
      await on.fail();
    };
    await act(customer(false, false));
    await act(customer(false, true));
    await nothing();
    await act(customer(true, true));
    expect(await on.actions()).toEqual(["held_out"]);
    await act(customer(true, false));
    await title().waitFor();
    expect(await on.actions()).toEqual(["held_out", "shown"]);
  });

  test("a link is followed, and a later success in the flow, on whatever page, is a recovery, once", async () => {
    await on.open({ config: { guidance: [guidanceOf()] } });
    const transactionId = await on.fail();
    on.site.serve("/settings/limits", "<!doctype html><title>Limits</title>");
    await on.prompt().getByRole("link", { name: "Raise the limit" }).click();
    await on.page.waitForURL("**/settings/limits");
    await on.visit({ path: "/home" });
    await on.succeed("loan");
    await on.wait(29 * 60_000);
    await on.succeed();
    await on.succeed();
    expect(await on.actions()).toEqual(["shown", "followed", "recovered"]);
    const [, , recovered] = await on.events("vox.guidance");
    expect(recovered?.attributes).toMatchObject({
      "vox.guidance.id": "limit",
      "vox.transaction.id": transactionId,
      "vox.cause.code": "E1042",
    });
  });

  test("a success after half an hour, or by the next customer, is no recovery", async () => {
    await on.open({ config: { guidance: [guidanceOf(), guidanceOf({ id: "pin", match: { code: "E7" } })] } });
    await on.fail();
    await title().waitFor();
    await on.wait(31 * 60_000);
    await on.succeed();
    await on.fail("E7");
    await on.collector.until(() => on.received("vox.guidance").length === 2);
    await on.page.evaluate(() => client.reset());
    await on.succeed();
    expect(await on.actions()).toEqual(["shown", "shown"]);
  });

  test("a message is taken away when the customer has succeeded", async () => {
    await on.open({ config: { guidance: [guidanceOf()] } });
    await on.fail();
    await title().waitFor();
    await on.succeed();
    await on.prompt().waitFor({ state: "detached" });
    expect(await on.actions()).toEqual(["shown", "recovered"]);
  });

  test("the app is asked to try again, and the focus goes back to where it was", async () => {
    const action = { kind: "retry" as const, label: { en: "Try again" } };
    await on.open({
      config: { guidance: [guidanceOf({ action })] },
      features: "[guidance({ onRetry: ({ id, error }) => calls.push(id, error) })]",
    });
    await on.page.locator("#pay").focus();
    await on.fail();
    await on.prompt().getByRole("dialog").waitFor();
    await on.page.keyboard.press("Tab");
    await on.page.keyboard.press("Enter");
    await on.prompt().waitFor({ state: "detached" });
    expect(await on.page.evaluate(() => [document.activeElement?.id, calls[0]])).toEqual(["pay", "limit"]);
    expect(await on.page.evaluate(() => calls[1])).toMatchObject({ code: "E1042", flow: "transfer" });
    expect(await on.actions()).toEqual(["shown", "followed"]);
  });

  test("without a next step there is only a button to close", async () => {
    const { action: _, ...plain } = guidanceOf();
    await on.open({ config: { guidance: [plain] } });
    await on.fail();
    await title().waitFor();
    expect(await on.prompt().getByRole("button").allTextContents()).toEqual(["Got it"]);
    await on.prompt().getByRole("button").click();
    expect(await on.actions()).toEqual(["shown", "dismissed"]);
  });

  test("the same error is answered once a session, another one each", async () => {
    await on.open({
      config: {
        guidance: [
          guidanceOf(),
          guidanceOf({ id: "pin", match: { code: "E7" }, title: { en: "Wrong PIN" } }),
        ],
      },
    });
    await on.fail();
    await title().waitFor();
    await on.page.keyboard.press("Escape");
    await on.prompt().waitFor({ state: "detached" });
    await on.fail();
    expect(await on.actions()).toEqual(["shown", "dismissed"]);
    await on.fail("E7");
    await on.prompt().getByText("Wrong PIN").waitFor();
    await on.visit({});
    await on.fail();
    expect(await on.actions()).toEqual(["shown", "dismissed", "shown"]);
    await on.wait(31 * 60_000);
    await on.fail();
    await title().waitFor();
  });

  test("an error that comes before the config is answered when it is there", async () => {
    await on.open({ config: { guidance: [guidanceOf()] } });
    await on.page.context().close();
    await on.open({ config: { guidance: [guidanceOf()] }, html: "" });
    await on.fail();
    await title().waitFor();
    expect(on.collector.asked.find(({ path }) => path === "/v1/config")).toMatchObject({
      key: "vxk_web",
      status: 200,
    });
  });

  test("who is writing keeps the keyboard, and screen readers are told", async () => {
    await on.open({ config: { guidance: [guidanceOf()] } });
    await on.page.locator("#amount").focus();
    await on.fail();
    await title().waitFor();
    await on.page.keyboard.type("125");
    expect(await on.page.locator("#amount").inputValue()).toBe("125");
    await on.prompt().getByRole("status").getByText("Your daily limit is reached").waitFor();
  });

  test("keys for the message are not the app's, and Escape closes it", async () => {
    await on.open({ config: { guidance: [guidanceOf()] } });
    await on.page.evaluate(() => document.addEventListener("keydown", ({ key }) => calls.push(key)));
    await on.page.locator("#pay").focus();
    await on.fail();
    await on.prompt().locator(":focus").waitFor();
    await on.page.keyboard.press("k");
    await on.page.keyboard.press("Escape");
    await on.prompt().waitFor({ state: "detached" });
    await on.page.keyboard.press("q");
    expect(await on.page.evaluate(() => calls)).toEqual(["q"]);
    expect(await on.page.evaluate(() => document.activeElement?.id)).toBe("pay");
    expect(await on.actions()).toEqual(["shown", "dismissed"]);
  });

  test("over an open modal dialog of the app the message can be used, and stays when that closes", async () => {
    await on.open({
      config: { guidance: [guidanceOf()] },
      html: "<dialog>Confirm <button>Yes</button></dialog>",
    });
    await on.page.evaluate(() => document.querySelector("dialog")!.showModal());
    await on.fail();
    await title().click();
    await on.page.evaluate(() => document.querySelector("dialog")!.close());
    await on.prompt().getByRole("button", { name: "Close" }).click();
    expect(await on.actions()).toEqual(["shown", "dismissed"]);
  });

  test("an address that is code is no link", async () => {
    const action = { kind: "link" as const, label: { en: "Go" }, url: "JavaScript:calls.push('ran')" };
    await on.open({ config: { guidance: [guidanceOf({ action })] } });
    await on.fail();
    await title().waitFor();
    expect(await on.prompt().getByRole("link").count()).toBe(0);
    await on.prompt().getByRole("button", { name: "Go" }).click();
    expect(await on.page.evaluate(() => calls)).toEqual([]);
  });

  test("markup in a message is text", async () => {
    await on.open({
      config: { guidance: [guidanceOf({ title: { en: "<img src=x onerror=calls.push(1)>" } })] },
    });
    await on.fail();
    await on.prompt().getByText("<img src=x").waitFor();
    expect(await on.page.evaluate(() => calls)).toEqual([]);
  });

  test("an app may show the message itself", async () => {
    await on.open({
      config: { guidance: [guidanceOf()] },
      features:
        "[guidance({ language: () => 'zh', render: (guidance, respond) => { shown = guidance; globalThis.respond = respond; } })]".replace(
          "shown =",
          "globalThis.shown =",
        ),
    });
    const transactionId = await on.fail();
    await expect.poll(() => on.actions()).toEqual(["shown"]);
    expect(await on.page.evaluate(() => shown)).toEqual({
      id: "limit",
      version: 3,
      language: "zh-CN",
      title: "今日转账额度已用完",
      body: "您可以在设置中提高额度，或者明天再转剩余的金额。",
      action: { kind: "link", label: "提高额度", url: "/settings/limits" },
      error: { code: "E1042", flow: "transfer", transactionId },
    });
    await on.page.evaluate(() => {
      respond("followed");
      respond("dismissed");
    });
    expect(await on.actions()).toEqual(["shown", "followed"]);
    expect(await on.prompt().count()).toBe(0);
  });

  test("an app that responds at once, or throws, is taken at its word, or shows nothing", async () => {
    const pin = guidanceOf({ id: "pin", match: { code: "E7" } });
    await on.open({
      config: { guidance: [guidanceOf(), pin] },
      features:
        "[guidance({ render: ({ id }, respond) => { if (id === 'pin') throw new Error('no'); respond('dismissed'); } })]",
    });
    await on.fail("E7");
    expect(await on.actions()).toEqual([]);
    await on.fail();
    expect(await on.actions()).toEqual(["shown", "dismissed"]);
  });

  test("there are never two on the screen: a message takes the place of a survey", async () => {
    await on.open({
      config: { guidance: [guidanceOf()], surveys: [surveyOf({ daysAfterAny: 0, daysAfterThis: 0 })] },
    });
    await on.succeed();
    await on.prompt().getByText("How likely").waitFor();
    await on.fail();
    await title().waitFor();
    expect(await on.prompt().count()).toBe(1);
    expect(await on.events("vox.survey.dismissed")).toEqual([]);
    await on.page.keyboard.press("Escape");
    await on.prompt().waitFor({ state: "detached" });
    await on.succeed();
    expect(await on.events("vox.survey.shown")).toHaveLength(1);
  });

  test("without prompts to fetch the app is left alone", async () => {
    await on.open({ config: { guidance: [guidanceOf()] } });
    const errors: unknown[] = [];
    on.page.on("pageerror", (error) => errors.push(error));
    await on.page.route("**/prompts-*", (route) => route.abort());
    await on.fail();
    expect(await on.actions()).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("a strict content security policy needs nothing but the addresses of scripts and collector", async () => {
    const problems: string[] = [];
    await on.open();
    on.page.on("console", (message) => problems.push(message.text()));
    on.page.on("pageerror", (error) => problems.push(error.message));
    on.collector.publish({ guidance: [guidanceOf()] });
    await on.visit({
      headers: {
        "content-security-policy":
          `default-src 'none'; script-src 'nonce-n1' ${on.site.url}; connect-src ${on.collector.url}; ` +
          "require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'",
      },
    });
    await on.page.evaluate(() => localStorage.clear());
    await on.page.reload();
    await on.page.waitForFunction(() => !!globalThis.client);
    await on.fail();
    await title().waitFor();
    const { width, position } = await on.prompt().evaluate((host) => {
      const { width, position } = getComputedStyle(host);
      return { width, position };
    });
    expect([width, position]).toEqual(["400px", "fixed"]);
    expect(problems.filter((text) => !text.includes("favicon"))).toEqual([]);
  });

  test("where stylesheets cannot be constructed an element with the site's nonce takes their place", async () => {
    await on.open();
    on.collector.publish({ guidance: [guidanceOf()] });
    await on.page.addInitScript(() => {
      localStorage.removeItem("voxloop.config.vxk_web");
      CSSStyleSheet.prototype.replaceSync = () => {
        throw new TypeError("unknown");
      };
    });
    await on.visit({
      features: "[guidance({ styleNonce: 'n2' })]",
      headers: { "content-security-policy": "style-src 'nonce-n2'" },
    });
    await on.fail();
    await title().waitFor();
    expect(await on.prompt().evaluate((host) => getComputedStyle(host).position)).toBe("fixed");
  });

  test("an app's colours and scheme count, its other styles do not, and no motion is shown to who wants none", async () => {
    await on.open({
      config: { guidance: [guidanceOf()] },
      features: "[guidance({ colorScheme: 'dark' })]",
      html: "<style>:root { --voxloop-accent: rgb(184, 0, 42); font-size: 100px } * { border: 9px solid; position: relative }</style>",
      context: { reducedMotion: "reduce" },
    });
    await on.fail();
    await title().waitFor({ state: "attached" });
    const look = await on.prompt().evaluate(({ shadowRoot }) => {
      const style = (selector: string) => getComputedStyle(shadowRoot!.querySelector(selector)!);
      const { backgroundColor, fontSize, animationName } = style(".panel");
      const { position } = getComputedStyle(shadowRoot!.host);
      return [
        position,
        backgroundColor,
        fontSize,
        animationName,
        style("a").backgroundColor,
        style("p").borderWidth,
      ];
    });
    expect(look).toEqual(["fixed", "rgb(28, 36, 40)", "16px", "none", "rgb(184, 0, 42)", "0px"]);
  });

  describe("the remote config", () => {
    test("is asked for once in five minutes, and then with its tag", async () => {
      await on.open({ config: { guidance: [guidanceOf()] } });
      await on.collector.until(() => asked().length === 1);
      await on.page.waitForFunction(() => localStorage.getItem("voxloop.config.vxk_web"));
      await on.visit({});
      await on.fail();
      await title().waitFor();
      expect(asked()).toEqual([200]);
      await on.wait(6 * 60_000);
      await on.visit({});
      await on.collector.until(() => asked().length === 2);
      expect(asked()).toEqual([200, 304]);
    });

    test("is used as it was kept while the new one is on its way", async () => {
      await on.open({ config: { guidance: [guidanceOf()] } });
      await on.page.waitForFunction(() => localStorage.getItem("voxloop.config.vxk_web"));
      await on.wait(6 * 60_000);
      await on.page.route("**/v1/config*", () => undefined);
      await on.visit({});
      await on.fail();
      await title().waitFor();
    });

    test("that is not there, or is no config, changes nothing", async () => {
      await on.open();
      await on.collector.until(() => asked().length === 1);
      await on.fail();
      await nothing();
      on.collector.publish({
        guidance: {} as never,
        surveys: [null, { id: 3 }] as never,
        sampleRate: "x" as never,
      });
      await on.visit({ init: { writeKey: "vxk_2" } });
      await on.collector.until(() => asked().length === 2);
      await on.fail();
      await nothing();
    });

    test("is not asked for before consent", async () => {
      await on.open({ config: { guidance: [guidanceOf()] }, init: { consent: "required" } });
      await on.fail();
      // A frame in which an idle page would have asked.
      await on.page.evaluate(() => new Promise((resolve) => requestIdleCallback(() => setTimeout(resolve))));
      expect(on.collector.asked).toEqual([]);
      await on.page.evaluate(() => client.grantConsent());
      await on.fail();
      await title().waitFor();
      await on.page.evaluate(() => client.denyConsent());
      await on.prompt().waitFor({ state: "detached" });
      expect(await on.page.evaluate(() => Object.keys(localStorage))).toEqual([]);
    });

    test("says whose events are sent", async () => {
      await on.open({ config: { sampleRate: 0 } });
      await on.page.waitForFunction(() => localStorage.getItem("voxloop.config.vxk_web"));
      await on.page.evaluate(() => client.track("unwanted"));
      await on.fail();
      await on.collector.until(() => on.received("vox.transaction").length > 0);
      expect(on.received("unwanted")).toEqual([]);
    });
  });

  describe.each([
    ["light", {}, {}],
    ["dark", { colorScheme: "dark" as const }, {}],
    ["in care mode", {}, { audience: "care" }],
  ])("%s", (_, context, init) => {
    test("it has no barriers that axe knows", async () => {
      await on.open({ config: { guidance: [guidanceOf()] }, context, init });
      await on.fail();
      await title().waitFor();
      expect(await on.violations()).toEqual([]);
    });

    test("its targets are large enough on a phone, and nothing is cut off", async () => {
      await on.open({
        config: { guidance: [guidanceOf()] },
        context: { ...context, viewport: { width: 390, height: 844 } },
        init,
      });
      await on.fail();
      await title().waitFor();
      for (const target of await on.prompt().locator("button, a").all()) {
        const { width, height } = (await target.boundingBox())!;
        expect(Math.min(width, height)).toBeGreaterThanOrEqual(44);
      }
      const box = (await on.prompt().boundingBox())!;
      expect([box.x, box.width, Math.round(box.y + box.height)]).toEqual([0, 390, 844]);
      expect(await on.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    });
  });
});
