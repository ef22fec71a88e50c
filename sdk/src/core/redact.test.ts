import { expect, test } from "vitest";
import { cleanAttributes } from "./clean.ts";
import { redact } from "./redact.ts";

test.each([
  ["4111111111111111", "[card]"],
  ["pay with 6222 0212 3456 7894.", "pay with [card]."],
  ["5500-0000-0000-0004", "[card]"],
  ["Amex 378282246310005,", "Amex [card],"],
  ["身份证11010519491231002X。", "身份证[id]。"],
  ["110105194912310021 is no id, and no card", "110105194912310021 is no id, and no card"],
  ["手机13800138000", "手机[phone]"],
  ["+86 138 0013 8000", "[phone]"],
  ["138-0013-8000", "[phone]"],
  ["+1 (415) 555-2671", "[phone]"],
  ["call 415-555-2671 now", "call [phone] now"],
  ["mail li.lei+bank@mail.example.com.", "mail [email]."],
  ["two: a@b.cn,c@d.cn", "two: [email],[email]"],
  ["GET https://a.example/x?id=1&t=2 failed", "GET https://a.example/x failed"],
  ["at f (https://a.example/app.js?v=3:10:20)", "at f (https://a.example/app.js:10:20)"],
  ["see https://a.example/#/me/42", "see https://a.example/"],
])("%s leaves as %s", (text, expected) => {
  expect(redact(text)).toBe(expected);
});

test.each([
  ["a wrong check digit", "4111111111111112"],
  ["unix milliseconds", "1795556510094"],
  ["unix milliseconds that pass Luhn", "1795556510092"],
  ["an amount", "12345678.90"],
  ["an error code", "E1042-20261124"],
  ["a place in a file", "at app.js:12345:67890"],
  ["an ISO time", "2026-11-24T20:33:00.123Z"],
  ["a UUID", "01a20f82-0955-7886-89d3-604929bf6b65"],
  ["a version", "10.14.2023.1045"],
])("%s is left alone", (_, text) => {
  expect(redact(text)).toBe(text);
});

test("a long text without a match is read in linear time", () => {
  const from = performance.now();
  for (const piece of ["a", "1", "1 ", "a.", "+1", "http://", "a@", "(1"])
    redact(`123@://${piece.repeat(30_000)}`);
  expect(performance.now() - from).toBeLessThan(1_000);
});

test("ids are sent as they are, secrets by their name never, cards in numbers neither", () => {
  const given = {
    "user.id": "13800138000",
    "session.id": "4111111111111111",
    password: "x",
    api_key: "k",
    "card.cvv": 123,
    account: 4111111111111111,
    amount: 13800138000,
  };
  expect(cleanAttributes(given)).toEqual({
    "user.id": "13800138000",
    "session.id": "4111111111111111",
    password: "[secret]",
    api_key: "[secret]",
    "card.cvv": "[secret]",
    account: "[card]",
    amount: 13800138000,
  });
});

test("attributes stay within the contract's limits", () => {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`key-${index}`, index]));
  expect(Object.keys(cleanAttributes(many))).toHaveLength(128);
  expect(cleanAttributes({ text: "x".repeat(10_000) })["text"]).toHaveLength(8_192);
  expect(
    cleanAttributes({ "exception.stacktrace": "x".repeat(50_000) })["exception.stacktrace"],
  ).toHaveLength(32_768);
  expect(Object.keys(cleanAttributes({ ["k".repeat(500)]: 1 }))[0]).toHaveLength(128);
});

test("what is no plain value becomes text, or is left out", () => {
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  const given = {
    date: new Date(0),
    list: [1, "a"],
    big: 12n,
    nan: NaN,
    none: null,
    call: () => 1,
    circular,
  };
  expect(cleanAttributes(given)).toEqual({ date: '"1970-01-01T00:00:00.000Z"', list: '[1,"a"]', big: "12" });
});
