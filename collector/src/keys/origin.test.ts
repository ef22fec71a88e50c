import { expect, test } from "vitest";
import type { WriteKeyGrant } from "./grant.ts";
import { allowsOrigin } from "./origin.ts";

const none = { eventsPerSecond: null, eventsPerDay: null };
const grantOf = (allowedOrigins: string[]): WriteKeyGrant => ({
  keyId: "k1",
  projectId: "p1",
  allowedOrigins,
  environments: [],
  limits: { key: none, project: none },
  expiresAt: null,
});

test.each([
  ["https://bank.example", "https://bank.example", true],
  ["https://bank.example", "HTTPS://Bank.Example", true],
  ["https://bank.example", "http://bank.example", false],
  ["https://bank.example", "https://bank.example:8443", false],
  ["https://bank.example", "https://bank.example.evil.test", false],
  ["https://bank.example", "https://www.bank.example", false],
  ["https://*.bank.example", "https://www.bank.example", true],
  ["https://*.bank.example", "https://a.b.bank.example", true],
  ["https://*.bank.example", "https://bank.example", false],
  ["https://*.bank.example", "https://.bank.example", false],
  ["https://*.bank.example", "https://evilbank.example", false],
  ["https://*.bank.example", "https://evil.test/.bank.example", false],
  ["https://*.bank.example", "https://evil.test:1@x.bank.example", false],
  ["https://*.bank.example:8443", "https://m.bank.example:8443", true],
  ["https://*.bank.example", "https://m.bank.example:8443", false],
  ["capacitor://localhost", "capacitor://localhost", true],
  ["https://bank.example", "null", false],
])("a key for pages of %s used by %s: %s", (allowed, origin, expected) => {
  expect(allowsOrigin(grantOf(["https://other.example", allowed]), origin)).toBe(expected);
});

test("a key without origins is for any page, and no key's origins keep out a request that comes from no page", () => {
  expect(allowsOrigin(grantOf([]), "https://anything.test")).toBe(true);
  expect(allowsOrigin(grantOf(["https://bank.example"]), undefined)).toBe(true);
});
