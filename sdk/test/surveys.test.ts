import type { Survey, SurveyQuestion } from "@voxloop/contract";
import { CHROMIUM_ARGS, findChromium } from "@voxloop/testing";
import { chromium } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { shareOf } from "../src/core/share.ts";
import { guidanceOf, surveyOf } from "./prompt-samples.ts";
import { PromptsPage } from "./prompts-page.ts";

const DAY_MS = 86_400_000;

const REASON: SurveyQuestion = {
  id: "reason",
  kind: "choice",
  prompt: { en: "What got in your way?" },
  isRequired: false,
  choices: [
    { id: "slow", label: { en: "It took too long" } },
    { id: "limit", label: { en: "My limit was reached" } },
    { id: "other", label: { en: "Something else" } },
  ],
};
const WORDS: SurveyQuestion = {
  id: "words",
  kind: "text",
  prompt: { en: "Tell us more" },
  isRequired: false,
};
const SCORE: SurveyQuestion = {
  ...surveyOf().questions[0]!,
  branches: [
    { atMost: 6, goTo: "reason" },
    { atLeast: 9, goTo: null },
  ],
};
const scale = (kind: "csat" | "ces"): SurveyQuestion => ({
  ...SCORE,
  id: kind,
  kind,
  prompt: { en: "How easy was it to transfer money today?", "zh-CN": "今天转账有多容易？" },
  low: { en: "Very hard", "zh-CN": "非常困难" },
  high: { en: "Very easy", "zh-CN": "非常容易" },
  branches: [],
});
const always = { daysAfterAny: 0, daysAfterThis: 0 };

const executablePath = await findChromium();

const isIn = (id: string) => shareOf("survey.after-transfer", id) < 0.5;

describe.skipIf(!executablePath)("surveys in Chromium", () => {
  let on: PromptsPage;

  beforeAll(async () => {
    on = await PromptsPage.start(
      await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGS }),
    );
  });
  afterAll(() => on.stop());
  afterEach(() => on.page.context().close());

  const open = (survey: Partial<Survey> = {}, options = {}) =>
    on.open({ config: { surveys: [surveyOf(survey)] }, ...options });
  const dialog = () => on.prompt().getByRole("dialog");
  const pick = (name: string) => on.prompt().getByRole("radio", { name, exact: true }).check();
  const press = (name: string) => on.prompt().getByRole("button", { name }).click();
  const answers = async () =>
    (await on.events("vox.survey.answered")).map(({ attributes }) => [
      attributes["vox.survey.question"],
      attributes["vox.score"] ?? attributes["vox.comment"],
    ]);
  const shown = async () =>
    (await on.events("vox.survey.shown")).map(({ attributes }) => attributes["vox.survey.id"]);

  test("a customer is asked after the event, and the answer says what it is about", async () => {
    await open();
    expect(on.hasFetchedPrompts()).toBe(false);
    await on.succeed();
    await dialog().waitFor();
    await pick("9");
    await press("Send");
    await on.prompt().getByText("Thank you, that helps us").waitFor();
    const [answer] = await on.events("vox.survey.answered");
    expect(answer?.attributes).toMatchObject({
      "vox.survey.id": "after-transfer",
      "vox.survey.version": 2,
      "vox.survey.kind": "nps",
      "vox.survey.question": "recommend",
      "vox.score": 9,
      "vox.prompt.language": "en",
      "vox.flow": "transfer",
    });
    expect(await shown()).toEqual(["after-transfer"]);
    await press("Close");
    expect(await on.events("vox.survey.dismissed")).toEqual([]);
  });

  test("what does not fit asks nobody", async () => {
    const others: Partial<Survey>[] = [
      { trigger: { event: "vox.transaction", where: { "vox.flow": ["loan"] } } },
      { trigger: { event: "card.ordered" } },
      { trigger: { event: "card.ordered", onError: true } },
      { trigger: { event: "vox.transaction", screen: "home" } },
      { trigger: { screen: "/home" } },
      { trigger: {} },
      { trigger: { event: "vox.survey.shown" } },
      { audience: { "vox.audience": ["care"] } },
      { share: 0 },
    ];
    const surveys = others.map((other, index) => surveyOf({ id: `s${index}`, ...other }));
    await on.open({ config: { surveys } });
    await on.succeed();
    await on.fail();
    await on.page.evaluate(() => client.screen("cards"));
    expect(await shown()).toEqual([]);
    expect(on.hasFetchedPrompts()).toBe(false);
  });

  test("an error asks, and the answer carries its code", async () => {
    await open({ trigger: { onError: true, where: { "vox.flow": ["transfer"] } } });
    await on.fail("E7", "loan");
    expect(await shown()).toEqual([]);
    await on.fail();
    await dialog().waitFor();
    await pick("2");
    await press("Send");
    const [answer] = await on.events("vox.survey.answered");
    expect(answer?.attributes).toMatchObject({
      "vox.flow": "transfer",
      "vox.cause.code": "E1042",
      "vox.score": 2,
    });
  });

  test("a screen asks when it is shown, and a path where an app names no screens", async () => {
    await open({ trigger: { screen: "receipt" }, ...always });
    await on.page.evaluate(() => client.screen("home"));
    expect(await shown()).toEqual([]);
    await on.page.evaluate(() => client.screen("receipt"));
    await dialog().waitFor();
    await on.page.context().close();
    await open({ trigger: { screen: "/transfer" } });
    await dialog().waitFor();
  });

  test("a prompt that comes before any event still is the one of its session", async () => {
    const cards = surveyOf({ id: "cards", trigger: { event: "card.ordered" }, ...always });
    await on.open({
      config: { surveys: [surveyOf({ trigger: { screen: "/transfer" }, ...always }), cards] },
    });
    await dialog().waitFor();
    await on.page.keyboard.press("Escape");
    await on.page.evaluate(() => client.track("card.ordered"));
    expect(await shown()).toEqual(["after-transfer"]);
  });

  test("a page that the browser keeps comes back with its survey", async () => {
    await open({ questions: [SCORE, REASON] });
    await on.succeed();
    await pick("5");
    await press("Next");
    await on.page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
    await pick("Something else");
    await press("Send");
    await on.prompt().getByText("Thank you").waitFor();
    expect(await on.events("vox.survey.dismissed")).toEqual([]);
  });

  test("time on a screen asks, and time elsewhere does not count", async () => {
    await open({ trigger: { screen: "rates", afterSeconds: 2 } });
    await on.page.clock.install();
    await on.visit({});
    const spend = (ms: number) => on.page.clock.runFor(ms);
    await on.page.evaluate(() => client.screen("rates"));
    await spend(1_500);
    await on.page.evaluate(() => client.screen("home"));
    await spend(1_500);
    await on.page.evaluate(() => client.screen("rates"));
    await spend(1_500);
    expect(await on.prompt().count()).toBe(0);
    await spend(600);
    await dialog().waitFor();
  });

  test("a survey that waits after its event asks only where it wants the customer", async () => {
    await open({ trigger: { event: "vox.transaction", screen: "receipt", afterSeconds: 2 } });
    await on.page.clock.install();
    await on.visit({});
    await on.page.evaluate(() => client.screen("receipt"));
    await on.succeed();
    await on.page.evaluate(() => client.screen("home"));
    await on.page.clock.runFor(2_100);
    expect(on.hasFetchedPrompts()).toBe(false);
    await on.page.evaluate(() => client.screen("receipt"));
    await on.succeed();
    await on.page.clock.runFor(2_100);
    await dialog().waitFor();
  });

  test("the share of customers that is asked is the same every time", async () => {
    const ids = Array.from({ length: 30 }, (_, index) => `u-${index}`);
    await open({ share: 0.5, ...always });
    for (const id of [ids.find((id) => !isIn(id))!, ids.find(isIn)!]) {
      expect(await shown()).toEqual([]);
      await on.page.evaluate((id) => client.identify(id), id);
      await on.succeed();
    }
    await dialog().waitFor();
  });

  test("who was asked anything, or this, is left alone for so many days, also on later pages", async () => {
    const other = surveyOf({
      id: "cards",
      trigger: { event: "card.ordered" },
      daysAfterAny: 30,
      daysAfterThis: 90,
    });
    await on.open({ config: { surveys: [surveyOf(), other] } });
    const order = () => on.page.evaluate(() => client.track("card.ordered"));
    await on.succeed();
    await dialog().waitFor();
    await on.page.keyboard.press("Escape");
    const after = async (days: number, act: () => Promise<void>) => {
      await on.wait(days * DAY_MS);
      await on.visit({});
      await act();
      return shown();
    };
    expect(await after(29, order)).toEqual(["after-transfer"]);
    expect(await after(2, () => on.succeed())).toEqual(["after-transfer"]);
    await order();
    await dialog().waitFor();
    expect(await shown()).toEqual(["after-transfer", "cards"]);
    expect(await after(29, () => on.succeed())).toEqual(["after-transfer", "cards"]);
    expect(await after(31, () => on.succeed().then(() => dialog().waitFor()))).toHaveLength(3);
  });

  test("one prompt a session: after guidance, or another survey, nobody is asked in it", async () => {
    const cards = surveyOf({ id: "cards", trigger: { event: "card.ordered" }, ...always });
    await on.open({ config: { guidance: [guidanceOf()], surveys: [surveyOf(always), cards] } });
    await on.fail();
    await dialog().waitFor();
    await on.page.keyboard.press("Escape");
    await on.succeed();
    expect(await shown()).toEqual([]);
    await on.wait(31 * 60_000);
    await on.succeed();
    await dialog().waitFor();
    await on.page.keyboard.press("Escape");
    await on.page.evaluate(() => client.track("card.ordered"));
    await on.visit({});
    await on.page.evaluate(() => client.track("card.ordered"));
    expect(await shown()).toEqual(["after-transfer"]);
  });

  test("a customer who was held out of guidance may still be asked", async () => {
    await on.open({ config: { guidance: [guidanceOf({ holdoutShare: 1 })], surveys: [surveyOf()] } });
    await on.fail();
    await on.succeed();
    await dialog().waitFor();
  });

  test("of an error that guidance answers nobody is asked", async () => {
    const survey = surveyOf({ trigger: { onError: true } });
    await on.open({
      config: { guidance: [guidanceOf()], surveys: [survey] },
      features: "[surveys(), guidance()]",
    });
    await on.fail();
    await on.prompt().getByText("Your daily limit is reached").waitFor();
    expect([await shown(), await on.actions()]).toEqual([[], ["shown"]]);
  });

  test("an app asks at its own moment, whatever trigger, share and pauses say", async () => {
    await open({ trigger: {}, share: 0 });
    await on.page.waitForFunction(() => feature.show("after-transfer"));
    await dialog().waitFor();
    expect(await on.page.evaluate(() => [feature.show("after-transfer"), feature.show("unknown")])).toEqual([
      false,
      false,
    ]);
    await on.page.keyboard.press("Escape");
    expect(await on.page.evaluate(() => feature.show("after-transfer"))).toBe(true);
    await dialog().waitFor();
    expect(await shown()).toHaveLength(2);
  });

  describe("with several questions", () => {
    const questions = [SCORE, REASON, WORDS];

    test("branches lead on, each answer is sent when it is given, and a choice by its id", async () => {
      await open({ questions });
      await on.succeed();
      await pick("3");
      await press("Next");
      await on.prompt().getByText("What got in your way?").waitFor();
      expect(await answers()).toEqual([["recommend", 3]]);
      await pick("My limit was reached");
      await press("Next");
      await on
        .prompt()
        .getByRole("textbox", { name: "Tell us more" })
        .fill("My card 4111111111111111 was refused");
      await press("Send");
      await on.prompt().getByText("Thank you").waitFor();
      expect(await answers()).toEqual([
        ["recommend", 3],
        ["reason", "limit"],
        ["words", "My card [card] was refused"],
      ]);
    });

    test("a branch may end it, and without one the next question comes", async () => {
      await open({ questions, ...always });
      await on.succeed();
      await pick("10");
      await press("Next");
      await on.prompt().getByText("Thank you").waitFor();
      await press("Close");
      await on.page.evaluate(() => feature.show("after-transfer"));
      await pick("8");
      await press("Next");
      await on.prompt().getByText("What got in your way?").waitFor();
    });

    test("what is not required may be skipped, what is may not", async () => {
      await open({ questions });
      await on.succeed();
      await press("Next");
      await on.prompt().getByRole("alert").getByText("Please answer first").waitFor();
      await pick("0");
      await press("Next");
      await press("Next");
      await press("Send");
      await on.prompt().getByText("Thank you").waitFor();
      expect(await answers()).toEqual([["recommend", 0]]);
      expect(await on.events("vox.survey.dismissed")).toEqual([]);
    });

    test("who leaves in the middle has answered what was answered, and left where it was left", async () => {
      await open({ questions });
      await on.succeed();
      await pick("5");
      await press("Next");
      await on.prompt().getByText("What got in your way?").waitFor();
      await on.page.keyboard.press("Escape");
      await on.prompt().waitFor({ state: "detached" });
      const [dismissed] = await on.events("vox.survey.dismissed");
      expect(await answers()).toEqual([["recommend", 5]]);
      expect(dismissed?.attributes).toMatchObject({
        "vox.survey.partial": true,
        "vox.survey.question": "reason",
      });
    });

    test("who leaves at once has only closed it", async () => {
      await open({ questions });
      await on.succeed();
      await press("Close");
      const [dismissed] = await on.events("vox.survey.dismissed");
      expect(dismissed?.attributes).toMatchObject({
        "vox.survey.id": "after-transfer",
        "vox.survey.question": "recommend",
      });
      expect(dismissed?.attributes).not.toHaveProperty("vox.survey.partial");
    });

    test("who leaves the page in the middle has left it unfinished", async () => {
      await open({ questions });
      await on.succeed();
      await pick("5");
      await press("Next");
      await on.prompt().getByText("What got in your way?").waitFor();
      await on.page.goto("about:blank");
      const left = () => on.received("vox.survey.dismissed")[0];
      await on.collector.until(() => !!left());
      expect(left()?.attributes).toMatchObject({ "vox.survey.partial": true });
    });

    test("the keyboard alone is enough", async () => {
      await open({ questions });
      await on.page.locator("#pay").focus();
      await on.succeed();
      await on.prompt().locator("[role=dialog]:focus").waitFor();
      const keys = async (...names: string[]) => {
        for (const name of names) await on.page.keyboard.press(name);
      };
      await keys("Tab", "Space", "ArrowRight", "ArrowRight", "Enter");
      await on.prompt().getByRole("radio", { name: "It took too long" }).waitFor();
      await keys("ArrowDown", "Tab", "Enter");
      await on.prompt().getByRole("textbox", { name: "Tell us more" }).waitFor();
      await on.page.keyboard.type("Slow");
      await keys("Tab", "Enter");
      await on.prompt().getByText("Thank you").waitFor();
      expect(await answers()).toEqual([
        ["recommend", 2],
        ["reason", "limit"],
        ["words", "Slow"],
      ]);
      await keys("Escape");
      expect(await on.page.evaluate(() => document.activeElement?.id)).toBe("pay");
    });
  });

  test("screen readers hear what a scale is, its ends, and whether it must be answered", async () => {
    await open({ questions: [SCORE] });
    await on.succeed();
    const group = on.prompt().getByRole("radiogroup", { name: "How likely are you to recommend" });
    expect(await group.getAttribute("aria-required")).toBe("true");
    expect(await group.getByRole("radio").count()).toBe(11);
    const about = (name: string) =>
      group
        .getByRole("radio", { name, exact: true })
        .evaluate(
          (radio) =>
            (radio.getRootNode() as ShadowRoot).getElementById(radio.getAttribute("aria-describedby") ?? "")
              ?.textContent,
        );
    expect([await about("0"), await about("10"), await about("5")]).toEqual([
      "0 · Not at all likely",
      "10 · Extremely likely",
      undefined,
    ]);
    expect(await dialog().getAttribute("aria-modal")).toBeNull();
  });

  test("each text comes in the customer's language, or where it is missing in the other", async () => {
    const questions: SurveyQuestion[] = [{ ...WORDS, prompt: { "zh-CN": "请告诉我们原因" } }];
    await open({ questions, thanks: { en: "Thanks" } }, { context: { locale: "zh-CN" } });
    await on.succeed();
    await on.prompt().getByRole("textbox", { name: "请告诉我们原因（选填）" }).fill("太慢了");
    expect(await dialog().getAttribute("lang")).toBe("zh-CN");
    await press("提交");
    await on.prompt().getByText("Thanks").waitFor();
    await on.page.context().close();
    await open({ questions }, { features: "[surveys({ language: 'en-US' })]", context: { locale: "zh-CN" } });
    await on.succeed();
    await on.prompt().getByRole("textbox", { name: "请告诉我们原因 (optional)" }).waitFor();
    await on.prompt().getByRole("button", { name: "Send" }).waitFor();
  });

  test("an app may ask itself", async () => {
    await open(
      { questions: [SCORE, REASON, WORDS] },
      { features: "[surveys({ render: (run) => { globalThis.run = run; } })]" },
    );
    await on.succeed();
    await on.page.waitForFunction(() => !!globalThis.run);
    const steps = await on.page.evaluate(() => [
      run.question()?.max,
      run.answer(11),
      run.answer(),
      run.answer(4),
      run.question()?.choices,
      run.answer("unknown"),
      run.answer("slow"),
      run.question()?.isLast,
      run.answer(""),
      run.question(),
      run.answer("more"),
      run.thanks,
    ]);
    const { choices } = REASON;
    expect(steps).toEqual([
      10,
      false,
      false,
      true,
      choices!.map(({ id, label }) => ({ id, label: label.en })),
      false,
      true,
      true,
      true,
      undefined,
      false,
      "Thank you, that helps us",
    ]);
    expect(await answers()).toEqual([
      ["recommend", 4],
      ["reason", "slow"],
    ]);
    expect([await shown(), await on.prompt().count()]).toEqual([["after-transfer"], 0]);
  });

  test("an app that throws while it asks shows nothing, and is asked again later", async () => {
    await open({}, { features: "[surveys({ render: () => { throw new Error('no'); } })]" });
    const errors: unknown[] = [];
    on.page.on("pageerror", (error) => errors.push(error));
    await on.succeed();
    await on.succeed();
    expect([await shown(), errors]).toEqual([[], []]);
  });

  const KINDS: [string, SurveyQuestion][] = [
    ["nps", surveyOf().questions[0]!],
    ["csat", scale("csat")],
    ["ces", scale("ces")],
    ["text", WORDS],
    ["choice", REASON],
  ];
  const LOOKS: [string, object, object][] = [
    ["light", {}, {}],
    ["dark", { colorScheme: "dark" }, {}],
    ["care", {}, { audience: "care" }],
  ];

  test.each(LOOKS)(
    "no kind has barriers that axe knows, nor small targets on a phone: %s",
    async (_, context, init) => {
      const phone = { ...context, viewport: { width: 390, height: 844 }, hasTouch: true };
      const surveys = KINDS.map(([id, question]) =>
        surveyOf({ id, questions: [{ ...question, isRequired: false }] }),
      );
      await on.open({ config: { surveys }, init, context: phone });
      for (const [id] of KINDS) {
        await on.page.waitForFunction((id) => feature.show(id), id);
        await dialog().waitFor();
        expect({ id, violations: await on.violations() }).toEqual({ id, violations: [] });
        for (const target of await on.prompt().locator("button, label:has(input), textarea").all()) {
          const { width, height } = (await target.boundingBox())!;
          expect({ id, isLarge: Math.min(width, height) >= 44 }).toEqual({ id, isLarge: true });
        }
        expect(await on.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
        await press("Send");
        expect({ id, violations: await on.violations() }).toEqual({ id, violations: [] });
        await press("Close");
      }
    },
  );
});
