import { describe, expect, test } from "vitest";
import { detectLanguage } from "./language.ts";
import { analyzeText } from "./sentiment.ts";

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
    ["I never had a problem with transfers", "positive"],
    ["The transfer keeps failing and nobody helps", "negative"],
    ["It doesn't work, very disappointing", "negative"],
    ["Not happy with the new release", "negative"],
    ["I went to the branch today", "neutral"],
    ["这个 App 很 slow 😡", "negative"],
    ["👍👍", "positive"],
    ["", "neutral"],
  ])("of %j is %s", (text, label) => {
    expect(analyzeText(text).sentiment.label).toBe(label);
  });

  test("turns with a negation, in both languages", () => {
    expect(analyzeText("满意").sentiment.score).toBeGreaterThan(0);
    expect(analyzeText("不满意").sentiment.score).toBeLessThan(0);
    expect(analyzeText("这次转账没有失败").sentiment.score).toBeGreaterThan(0);
    expect(analyzeText("good").sentiment.score).toBeGreaterThan(0);
    expect(analyzeText("not good").sentiment.score).toBeLessThan(0);
  });

  test("grows with emphasis and stays within -1 to 1", () => {
    expect(analyzeText("非常慢").sentiment.score).toBeLessThan(analyzeText("有点慢").sentiment.score);
    const worst = analyzeText("垃圾 垃圾 垃圾 垃圾 垃圾 垃圾 垃圾".repeat(20)).sentiment.score;
    expect(worst).toBeGreaterThanOrEqual(-1);
    expect(worst).toBeLessThan(-0.99);
  });
});
