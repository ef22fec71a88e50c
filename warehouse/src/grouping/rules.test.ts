import fc from "fast-check";
import { expect, test } from "vitest";
import { compileRules, groupingRule, type RuledFacts } from "./rules.ts";

const facts = (some: Partial<RuledFacts> = {}): RuledFacts => ({
  code: "",
  type: "TimeoutError",
  message: "Gateway 10.0.0.1 timed out",
  stack: "",
  flow: "transfer",
  page: "/pay",
  release: "4.2.0",
  environment: "production",
  ...some,
});
const rule = (of: object) => groupingRule.parse({ group: "Gateway", ...of });
const onMessage = (...patterns: string[]) => rule({ conditions: [{ property: "message", patterns }] });
const meets = (text: string, pattern: string) =>
  compileRules([onMessage(pattern)])(facts({ message: text })) !== undefined;

test("a pattern is the whole text, * any part of it, and upper and lower case are the same", () => {
  expect(meets("Gateway 10.0.0.1 timed out", "gateway * timed out")).toBe(true);
  expect(meets("Gateway 10.0.0.1 timed out", "gateway")).toBe(false);
  expect(meets("Gateway 10.0.0.1 timed out", "*10.0*out")).toBe(true);
  expect(meets("aba", "ab*ba")).toBe(false);
  expect(meets("转账超时，请重试", "转账超时*")).toBe(true);
  expect(meets("(a+)+$ [x]", "(a+)+$ [*]")).toBe(true);
});

test("patterns find what a regular expression of the same meaning finds", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "*"), minLength: 1, maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 12 });
  fc.assert(
    fc.property(
      letters.filter((pattern) => /[ab]/.test(pattern)),
      text,
      (pattern, wanted) => {
        const slow = new RegExp(`^${pattern.replaceAll("*", ".*")}$`);
        expect(meets(wanted, pattern)).toBe(slow.test(wanted));
      },
    ),
    { numRuns: 2_000 },
  );
});

test("the first rule that an event meets decides, and one that is switched off meets none", () => {
  const off = rule({
    group: "Off",
    isEnabled: false,
    conditions: [{ property: "type", patterns: ["*error"] }],
  });
  const find = compileRules([off, onMessage("gateway *"), onMessage("*out")]);
  expect(find(facts())?.rule).toBe(1);
  expect(find(facts({ message: "timed out" }))?.rule).toBe(2);
  expect(find(facts({ message: "other" }))).toBeUndefined();
});

test("all conditions must hold, and one that is turned round must not", () => {
  const find = compileRules([
    rule({
      conditions: [
        { property: "type", patterns: ["Timeout*", "Abort*"] },
        { property: "flow", patterns: ["bill"], isNegated: true },
      ],
    }),
  ]);
  expect(find(facts())).toBeDefined();
  expect(find(facts({ flow: "bill" }))).toBeUndefined();
  expect(find(facts({ type: "RangeError" }))).toBeUndefined();
});

test("rules of one name make one group, and a split makes one for each value", () => {
  const conditions = [{ property: "type", patterns: ["*"] }];
  expect(() => rule({ conditions })).toThrow("must have more than *");
  const other = compileRules([rule({ conditions: [{ property: "code", patterns: ["E1"] }] })]);
  const plain = compileRules([onMessage("*out")]);
  expect(other(facts({ code: "E1" }))?.fingerprint).toBe(plain(facts())?.fingerprint);
  const split = compileRules([rule({ splitBy: ["release"], conditions: onMessage("*out").conditions })]);
  expect(split(facts())?.fingerprint).not.toBe(split(facts({ release: "4.3.0" }))?.fingerprint);
  expect(split(facts())?.fingerprint).toBe(split(facts({ page: "/other" }))?.fingerprint);
});
