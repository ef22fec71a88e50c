import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ErrorFacts, fingerprintOf } from "./fingerprint.ts";
import { readLabelled } from "./labelled.fixture.ts";
import { parseStack } from "./parse-stack.ts";

const labelled = readLabelled();
const groupOf = (facts: Partial<ErrorFacts>) => fingerprintOf({ ...NOTHING, ...facts });
const NOTHING: ErrorFacts = { code: "", flow: "", type: "", message: "", stack: "" };

/** The names under each key. */
function gather(pairs: readonly (readonly [key: string, name: string])[]): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>();
  for (const [key, name] of pairs) names.set(key, (names.get(key) ?? new Set()).add(name));
  return names;
}

/** With a year of its own that every locale writes in four digits. */
const inSomeYear = ([amount, id]: [number, string]): [number, string, Date] => [
  amount,
  id,
  new Date(Date.UTC(2020 + (amount % 60), 1)),
];

describe("The labelled events", () => {
  const pairs = labelled.map(({ cause, facts }) => [fingerprintOf(facts).fingerprint, cause] as const);

  test("never join two causes", () => {
    const joined = [...gather(pairs).values()].filter((causes) => causes.size > 1);
    expect(labelled.length).toBeGreaterThan(400);
    expect(joined.map((causes) => [...causes])).toEqual([]);
  });

  test("split a cause only where nothing tells that it is one", () => {
    const groups = gather(pairs.map(([fingerprint, cause]) => [cause, fingerprint]));
    const split = [...groups].filter(([, fingerprints]) => fingerprints.size > 1);
    expect(Object.fromEntries(split.map(([cause, { size }]) => [cause, size]))).toEqual({
      // Two builds of a bundle without source maps share no name.
      "minified: id of nothing": 2,
      // `Error` says nothing, so what it says in each language is all there is.
      "wallet: one plain Error in two languages": 2,
    });
  });

  test("keep their group when line numbers change", () => {
    fc.assert(
      fc.property(fc.constantFrom(...labelled), fc.integer({ min: 1, max: 900 }), ({ facts }, moved) => {
        const stack = facts.stack.replaceAll(
          /(?<=\.(?:js|ts|vue|java|kt|go|py|cs|dart)(?:\?\w+)?:|line |行号 )(\d+)/g,
          (number) => String(Number(number) + moved),
        );
        expect(groupOf({ ...facts, stack })).toEqual(groupOf(facts));
      }),
    );
  });

  test("are of another group as soon as any of their own calls has another name", () => {
    let renamed = 0;
    for (const { facts } of labelled) {
      const own = parseStack(facts.stack).exceptions.flatMap(({ frames }) =>
        frames.filter((frame) => frame.isInApp).slice(0, 3),
      );
      for (const { function: name } of own) {
        const stack = facts.stack.replaceAll(name, `${name}Elsewhere`);
        if (facts.code !== "" || name.length < 3 || !/^[\w$]+$/.test(name) || stack === facts.stack) continue;
        renamed += 1;
        expect(groupOf({ ...facts, stack }).fingerprint, name).not.toBe(groupOf(facts).fingerprint);
      }
    }
    expect(renamed).toBeGreaterThan(500);
  });

  test("keep their group when ids and amounts of the message change", () => {
    const cause = "E1042 of nobody";
    const amounts = fc.tuple(fc.integer({ min: 100, max: 99_999 }), fc.uuid());
    const message = ([amount, id, at]: readonly [number, string, Date]) =>
      `${cause}: order ${id} of ${amount} 元 failed at ${at.toISOString()}，余额 ¥${amount}.50，流水号「${id}」`;
    fc.assert(
      fc.property(amounts, amounts, (one, other) => {
        const type = "Error";
        expect(groupOf({ type, message: message(inSomeYear(one)) })).toEqual(
          groupOf({ type, message: message(inSomeYear(other)) }),
        );
      }),
    );
  });
});

test("what an event is grouped by says so in words", () => {
  const stack = `TypeError: Cannot read properties of undefined (reading 'balance')
    at TransferPage.submit (https://bank.example.com/assets/transfer-B7f3k9Qx.js:10:5)
    at dispatch (https://bank.example.com/assets/vendor-B7f3k9Qx.js:1:5)`;
  const message = "Cannot read properties of undefined (reading 'balance')";
  expect(groupOf({ type: "TypeError", message, stack })).toMatchObject({
    by: "stack",
    parts: ["type TypeError", "message property .balance of nothing", "in assets/transfer.*.js submit"],
  });
  expect(groupOf({ code: "E1042", flow: "transfer", type: "X", stack })).toMatchObject({
    by: "code",
    parts: ["flow transfer", "code E1042"],
  });
  expect(groupOf({ type: "Error", message: "额度 5,000.00 元不足" })).toMatchObject({
    by: "message",
    parts: ["type Error", "message 额度<*>元不足"],
  });
  expect(groupOf({ type: "Error", flow: "transfer" })).toMatchObject({ by: "type" });
});

test("a part cannot be mistaken for two", () => {
  const groups = [
    groupOf({ code: "b", flow: "transfer|code a" }),
    groupOf({ code: "a|code b", flow: "transfer" }),
    groupOf({ code: "a\\|code b", flow: "transfer" }),
    groupOf({ code: "code b", flow: "transfer\\|a" }),
  ];
  expect(new Set(groups.map(({ fingerprint }) => fingerprint)).size).toBe(groups.length);
});

test("a code is the same whatever nobody sees in it, and another when anything else differs", () => {
  const one = groupOf({ code: "E1042", flow: "transfer" });
  for (const code of [" E1042\n", "E\u200B1042", "\u202EE1042\u202C", "Ｅ１０４２"])
    expect(groupOf({ code, flow: "transfer" })).toEqual(one);
  for (const code of ["e1042", "E1043", "'E1042'", "E 1042", "E1042;--"])
    expect(groupOf({ code, flow: "transfer" })).not.toEqual(one);
  expect(groupOf({ code: "E1042", flow: "bill" })).not.toEqual(one);
});

const line = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom(...labelled.flatMap(({ facts }) => facts.stack.split("\n"))),
  fc.constantFrom(
    "Caused by: [CIRCULAR REFERENCE: x]",
    "Suppressed: ",
    "\u202Eat a (b:1:2)",
    "at \u0000",
    "#0 ",
    'File "',
    "goroutine 1 [",
    " ---> ",
  ),
);
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.array(line).map((lines) => lines.join("\n")),
);

test("any text whatever has a group, always the same", () => {
  fc.assert(
    fc.property(
      fc.record({ code: fc.constantFrom("", "E1"), flow: text, type: text, message: text, stack: text }),
      (facts) => {
        const { fingerprint } = fingerprintOf(facts);
        expect(fingerprint).toMatch(/^[0-9a-f]{32}$/);
        expect(fingerprintOf({ ...facts }).fingerprint).toBe(fingerprint);
      },
    ),
    { numRuns: 300 },
  );
});

test("megabytes of a stack or a message are read at their ends only", () => {
  const frame = "    at f (https://a/src/app.ts:1:1)\n";
  const hostile = [
    "(",
    "a.",
    "/a",
    "at ",
    "1:",
    '"',
    "[",
    "==",
    "<",
    "ア１",
    "😢",
    "\u0000\uFFFD",
    "::",
    "a=",
    "@",
    "eval at (",
    "--",
    frame,
    "\tat a.b.c(D.java:1)\n",
    "#0 f (package:a/b.dart:1:2)\n",
  ];
  for (const piece of hostile) {
    const megabyte = piece.repeat(Math.ceil(1_048_576 / piece.length));
    expect(groupOf({ type: "Error", message: megabyte, stack: megabyte })).toEqual(
      groupOf({ type: "Error", message: megabyte.slice(0, 5_000), stack: megabyte }),
    );
  }
  expect(parseStack(`Error: x\n${frame.repeat(30_000)}`).exceptions[0]?.frames.length).toBeLessThan(2_000);
});
