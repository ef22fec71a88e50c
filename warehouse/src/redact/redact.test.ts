import { beforeEach, expect, test } from "vitest";
import { createRedactor } from "./redact.ts";
import type { RedactionRule } from "./rules.ts";

let counts: Partial<Record<RedactionRule, number>>;
const redactor = createRedactor((rule) => (counts[rule] = (counts[rule] ?? 0) + 1));
beforeEach(() => {
  counts = {};
});

const REMOVED: [input: string, output: string, rule: RedactionRule][] = [
  // Cards: published test numbers of each network, grouped in the ways people type them.
  ["paid with 4111111111111111", "paid with [card]", "card"],
  ["4111 1111 1111 1111 declined", "[card] declined", "card"],
  ["5555-5555-5555-4444", "[card]", "card"],
  ["amex 378282246310005", "amex [card]", "card"],
  ["银联卡6250946000000016无法转账", "银联卡[card]无法转账", "card"],
  ["卡号：６２５０９４６０００００００１６", "卡号：[card]", "card"],
  ["visa 4222222222222", "visa [card]", "card"],
  // Resident ids: the example of GB 11643-1999 and one that ends in X.
  ["身份证11010519491231002X", "身份证[resident id]", "resident_id"],
  ["身份证 440524188001010014 不符", "身份证 [resident id] 不符", "resident_id"],
  ["id 11010519491231002x", "id [resident id]", "resident_id"],
  // Phones.
  ["打13812345678给我", "打[phone]给我", "phone"],
  ["call +86 138 1234 5678", "call [phone]", "phone"],
  ["008613812345678", "[phone]", "phone"],
  ["138-1234-5678", "[phone]", "phone"],
  ["+8613812345678", "[phone]", "phone"],
  ["ring +44 7911 123456 now", "ring [phone] now", "phone"],
  ["+1 (415) 555-2671", "[phone]", "phone"],
  // Landlines, as they are written in Beijing, Shanghai, Shenzhen and Wenzhou, with extensions.
  ["座机010-62581234", "座机[phone]", "phone"],
  ["请打 021 6258 1234", "请打 [phone]", "phone"],
  ["(0755) 88886666", "[phone]", "phone"],
  ["（0577）86661234转802", "[phone]", "phone"],
  ["fax 01062581234", "fax [phone]", "phone"],
  ["+86 10 6258 1234", "[phone]", "phone"],
  // IBANs: the examples of the SWIFT registry.
  ["to GB29NWBK60161331926819 now", "to [iban] now", "iban"],
  ["DE89 3704 0044 0532 0130 00", "[iban]", "iban"],
  ["iban NO93 8601 1117 947", "iban [iban]", "iban"],
  ["MT84MALT011000012345MTLCAST001S", "[iban]", "iban"],
  // Account numbers, which only the words before them tell.
  ["收款账号：0200 0014 1920 0123 456", "收款账号：[account]", "account"],
  ["对公账户11001045300053006789 余额不足", "对公账户[account] 余额不足", "account"],
  ["account no. 12345678901 is closed", "account no. [account] is closed", "account"],
  ['{"account":"12345678901"}', '{"account":"[account]"}', "account"],
  // E-mails.
  ["mail zhang.wei+bank@example.com.cn please", "mail [email] please", "email"],
  ["联系a@b.co。", "联系[email]。", "email"],
  // Tokens.
  ["Authorization: Bearer abc123def456ghi", "Authorization: Bearer [token]", "token"],
  [
    "jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P end",
    "jwt [token] end",
    "token",
  ],
  ["basic dXNlcjpwYXNzd29yZA==", "basic [token]", "token"],
  ["key vxl_abcdefghijklmnopqrstuvwx", "key [token]", "token"],
  ["aws AKIAIOSFODNN7EXAMPLE", "aws [token]", "token"],
  ["ghp_abcdefghijklmnopqrstuvwxyz0123456789", "[token]", "token"],
  // Secrets in text.
  ["login failed: password=hunter2, retry", "login failed: password=[secret], retry", "secret"],
  ['{"pwd":"x y","a":1}', '{"pwd":[secret],"a":1}', "secret"],
  ["密码是123456", "密码是[secret]", "secret"],
  ["accessToken: abcdef", "accessToken: [secret]", "secret"],
  // Query strings.
  ["GET https://bank.example/pay?account=12&x=1 failed", "GET https://bank.example/pay failed", "query"],
  ["at f (https://bank.example/app.js?v=12:10:5)", "at f (https://bank.example/app.js:10:5)", "query"],
  ["https://bank.example/#/transfer?to=5", "https://bank.example/#/transfer", "query"],
  ["https://bank.example/cb#access_token=abc", "https://bank.example/cb", "query"],
  ["打开https://bank.example/a?b=1，失败", "打开https://bank.example/a，失败", "query"],
];

test.each(REMOVED)("%s becomes %s", (input, output, rule) => {
  expect(redactor.text(input)).toBe(output);
  expect(counts).toEqual({ [rule]: 1 });
});

test.each([
  "transfer of 4111111111111112 failed", // fails Luhn
  "order 1716912345678901", // no network's prefix
  "time 1716912345678", // milliseconds
  "id 110105194912310021", // wrong check character
  "id 110105194913310020", // month 13
  "550e8400-e29b-41d4-a716-446655440000",
  "sha 4111111111111111abcdef",
  "0.4111111111111111",
  "amount 13812345", // too short for a phone
  "fee 0.13812345678",
  "2026-05-01T10:00:00+08:00",
  "pkg@1.2.3/dist/index.js",
  "save@https://bank.example/app.js:10:5",
  "render@main.js:12:3",
  "    at pay (https://bank.example/assets/app.3f2c.js:120:5)",
  "https://bank.example/#/transfer/confirm",
  "basically everything works",
  "bearer of good news",
  "error E1042: limit exceeded",
  "转账失败，请稍后再试？",
  "Why? It should work",
  "GB29NWBK60161331926818", // fails the IBAN check
  "account 1234567", // too short for an account
  "accounts opened: 3",
  "2026-01-06 2581234 rows",
  "order 20260106-25812345",
  "build 0210.62581234",
  "01990b7e-2581-7234-8f3a-0e1f2a3b4c5d",
])("%s stays as it is", (input) => {
  expect(redactor.text(input)).toBe(input);
  expect(counts).toEqual({});
});

test("several kinds in one text are removed and counted each", () => {
  expect(redactor.text("a@b.com 13812345678 4111111111111111 c@d.org")).toBe(
    "[email] [phone] [card] [email]",
  );
  expect(counts).toEqual({ email: 2, phone: 1, card: 1 });
});

test.each([
  "password",
  "user.password",
  "http.request.header.authorization",
  "apiKey",
  "api_key",
  "userPwd",
  "X-Api-Key",
  "登录.密码",
  "card.cvv",
])("the value of the attribute %s is removed whole", (name) => {
  expect(redactor.attribute(name, "whatever it is")).toBe("[secret]");
  expect(counts).toEqual({ secret: 1 });
});

test.each(["account.number", "payeeAccountNo", "to_account", "card_no", "iban", "收款账号"])(
  "the attribute %s loses the number of an account",
  (name) => {
    expect(redactor.attribute(name, "11001045300053006789")).toBe("[account]");
    expect(redactor.attribute(name, "savings")).toBe("savings");
    expect(counts).toEqual({ account: 1 });
  },
);

test.each([
  "passive",
  "tokens_used",
  "session.state",
  "compass",
  "spinner",
  "vox.transaction.kind",
  "account.type",
  "card_index",
])("the attribute %s is no secret", (name) => {
  expect(redactor.attribute(name, "value")).toBe("value");
});

test.each(["url.path", "url.full", "app.screen.name", "http.target", "page.referrer", "imageUrl"])(
  "the attribute %s loses its query string without a scheme before it",
  (name) => {
    expect(redactor.attribute(name, "pages/transfer/index?to=622&amount=5")).toBe("pages/transfer/index");
    expect(counts).toEqual({ query: 1 });
  },
);

test("a query string that has an attribute of its own goes whole", () => {
  expect(redactor.attribute("url.query", "to=622&amount=5")).toBe("[query]");
  expect(redactor.attribute("url.query", "")).toBe("");
  expect(counts).toEqual({ query: 1 });
});

test("an id that is a phone number becomes the same pseudonym each time, another one in another project", () => {
  const pseudonym = redactor.identity("p1", "13812345678");
  expect(pseudonym).toMatch(/^p_[0-9a-f]{32}$/);
  expect(redactor.identity("p1", "13812345678")).toBe(pseudonym);
  expect(redactor.identity("p2", "13812345678")).not.toBe(pseudonym);
  expect(redactor.identity("p1", "13812345679")).not.toBe(pseudonym);
});

test("an id of the app's own making stays", () => {
  for (const id of ["u-1042", "550e8400-e29b-41d4-a716-446655440000", "ordinary"])
    expect(redactor.identity("p1", id)).toBe(id);
});

test("hostile text of 64 KB is redacted within a quarter of a second", () => {
  for (const piece of [
    "a",
    "1",
    "1 ",
    "@a.",
    "a@a.",
    "https://a?",
    "password=",
    "+1 ",
    "eyJ",
    "://a",
    '{"pwd":"',
  ]) {
    const text = piece.repeat(Math.ceil(65_536 / piece.length));
    const start = performance.now();
    redactor.text(text);
    expect(performance.now() - start, piece).toBeLessThan(250);
  }
});
