import { fingerprintOf } from "@voxloop/warehouse";
import { expect, test } from "vitest";
import { fingerprintOfRow } from "./fingerprint.ts";

const STACK =
  "Error: order 17 failed\n    at pay (https://a/src/pay.ts:1:2)\n    at submit (https://a/src/pay.ts:9:2)";

test("what is remembered changes no fingerprint", () => {
  const rows = ["", "E1", "E2"].flatMap((code) =>
    ["transfer", "bill"].flatMap((flow) =>
      ["order 17 failed", "order 18 failed", "another thing"].map((message) => ({ code, flow, message })),
    ),
  );
  for (const { code, flow, message } of [...rows, ...rows.toReversed()]) {
    const stack = STACK.replace("order 17 failed", message);
    const row = { error_code: code, flow, error_type: "Error", error_message: message, error_stack: stack };
    expect(fingerprintOfRow(row)).toBe(
      fingerprintOf({ code, flow, type: "Error", message, stack }).fingerprint,
    );
  }
});

test("an event without a code or a type in its row is fingerprinted all the same", () => {
  expect(fingerprintOfRow({})).toMatch(/^[0-9a-f]{32}$/);
});
