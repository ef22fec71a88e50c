import { brotliCompressSync, constants } from "node:zlib";
import { describe, expect, test } from "vitest";
import { detectLanguage } from "./language.ts";
import { decodeModel, encodeModel, model } from "./model.ts";
import { analyzeAspects, analyzeText } from "./sentiment.ts";

describe("the language", () => {
  test.each([
    ["转账一直失败", "zh"],
    ["transfer 一直失败，提示 E1042", "zh"],
    ["好", "zh"],
    ["The transfer keeps failing", "en"],
    ["I tried 转账 three times and it never worked", "en"],
    ["ok", "en"],
    ["送金ができません", ""],
    ["이체가 안 돼요", ""],
    ["не работает", ""],
    ["12345 !!!", ""],
    ["", ""],
  ])("of %j is %j", (text, language) => {
    expect(detectLanguage(text)).toBe(language);
  });
});

describe("the sentiment", () => {
  test.each([
    ["转账很快，界面也很清爽，点赞", "positive"],
    ["不错，操作方便", "positive"],
    ["转账一直失败，提示限额校验不通过，很失望", "negative"],
    ["验证码收不到，太慢了", "negative"],
    ["不好用，经常闪退", "negative"],
    ["界面还可以，但是转账太慢", "negative"],
    ["今天去网点办理业务", "neutral"],
    ["Fast and easy to use, great app", "positive"],
    ["Face ID login works great now", "positive"],
    ["The transfer keeps failing and nobody helps", "negative"],
    ["It doesn't work, very disappointing", "negative"],
    ["Not happy with the new release", "negative"],
    ["Transfer limit is too low", "negative"],
    ["ok", "neutral"],
    ["这个 App 很 slow 😡", "negative"],
    ["👍👍", "positive"],
    ["", "neutral"],
  ])("of %j is %s", (text, label) => {
    expect(analyzeText(text).sentiment.label).toBe(label);
  });

  test("turns with a negation, in both languages", () => {
    expect(analyzeText("满意").sentiment.score).toBeGreaterThan(0);
    expect(analyzeText("不满意").sentiment.score).toBeLessThan(0);
    expect(analyzeText("good").sentiment.score).toBeGreaterThan(0);
    expect(analyzeText("not good").sentiment.score).toBeLessThan(0);
  });

  test("grows with emphasis and stays within -1 to 1", () => {
    expect(analyzeText("非常慢").sentiment.score).toBeLessThan(analyzeText("有点慢").sentiment.score);
    const worst = analyzeText("垃圾 垃圾 垃圾 垃圾 垃圾 垃圾 垃圾".repeat(20)).sentiment.score;
    expect(worst).toBeGreaterThanOrEqual(-1);
    expect(worst).toBeLessThan(-0.9);
  });
});

const said = (text: string) =>
  analyzeAspects(text).map(({ aspect, sentiment }) => `${aspect} ${sentiment.label}`);

describe("aspects", () => {
  test("are scored each by its own clauses", () => {
    expect(said("转账快但是客服太差")).toEqual(["transfer positive", "speed positive", "service negative"]);
    expect(said("Easy to use and fast transfers, but customer support is terrible")).toEqual([
      "transfer positive",
      "speed positive",
      "design positive",
      "service negative",
    ]);
  });

  test("of a text that speaks of none, or in another language, are none", () => {
    expect(said("很好")).toEqual([]);
    expect(said("送金ができません")).toEqual([]);
  });
});

describe("the model", () => {
  test("says the same each time, and again when it is written and read", () => {
    const again = decodeModel(brotliCompressSync(encodeModel(model()), FAST));
    expect(again.version).toBe(model().version);
    expect(again.heads.zh.polarity.weights).toEqual(model().heads.zh.polarity.weights);
    expect(again.heads.en.neutral.weights).toEqual(model().heads.en.neutral.weights);
    expect(again.heads.en.neutral.bias).toBe(model().heads.en.neutral.bias);
  });

  test("that is broken, cut or of another version is refused with the reason", () => {
    const whole = encodeModel(model());
    expect(() => decodeModel(Buffer.from("no model"))).toThrow("cannot be unpacked");
    expect(() => decodeModel(brotliCompressSync(whole.subarray(0, 1_000_000), FAST))).toThrow("not whole");
    expect(() => decodeModel(brotliCompressSync(Buffer.from("VXTM0\n{}\n"), FAST))).toThrow(
      "no model of this",
    );
  });

  test("reads anything in time that does not grow with what it is", () => {
    for (const text of [
      "",
      " ",
      "😀".repeat(3_000),
      "<b>".repeat(3_000),
      "a".repeat(8_192),
      "\ud800".repeat(99),
      "好".repeat(8_192),
    ])
      expect(Math.abs(analyzeText(text).sentiment.score)).toBeLessThanOrEqual(1);
  });
});

const FAST = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
