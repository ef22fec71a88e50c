import { expect, test } from "vitest";
import { createBrowserPlace } from "./browser-place.ts";
import type { Store } from "../core/store.ts";

const MINUTE = 60_000;
const START = Date.parse("2026-11-24T08:00:00Z");

function memoryStore(values = new Map<string, string>()): Store {
  return { read: (key) => values.get(key) ?? "", write: (key, value) => void values.set(key, value) };
}

test("a session ends after 30 minutes without an event and names the one before", () => {
  const place = createBrowserPlace(memoryStore());
  const first = place.who(START);
  expect(first.isNewSession).toBe(true);
  expect(place.who(START + 29 * MINUTE)).toMatchObject({ sessionId: first.sessionId, isNewSession: false });
  expect(place.who(START + 58 * MINUTE).sessionId).toBe(first.sessionId);
  const next = place.who(START + 88 * MINUTE);
  expect(next).toMatchObject({ isNewSession: true, previousSessionId: first.sessionId });
  expect(next.sessionId).not.toBe(first.sessionId);
  expect(next.installationId).toBe(first.installationId);
});

test("a session ends after 24 hours however busy it is", () => {
  const place = createBrowserPlace(memoryStore());
  const ids = new Set<string | undefined>();
  for (let minute = 0; minute < 25 * 60; minute += 10) ids.add(place.who(START + minute * MINUTE).sessionId);
  expect(ids.size).toBe(2);
});

test("two tabs share the installation and the session", () => {
  const store = memoryStore();
  const [one, two] = [createBrowserPlace(store), createBrowserPlace(store)];
  const first = one.who(START);
  expect(two.who(START + MINUTE)).toMatchObject({
    sessionId: first.sessionId,
    installationId: first.installationId,
    isNewSession: false,
  });
  for (let minute = 2; minute < 60; minute++) two.who(START + minute * MINUTE);
  expect(one.who(START + 60 * MINUTE)).toMatchObject({ sessionId: first.sessionId, isNewSession: false });
});

test.each([
  "",
  "{",
  "null",
  "7",
  "[]",
  ...["7", `{"id":"x"}`, `{"id":1,"startedAt":"a","lastAt":"b"}`, "[]"].map(
    (session) => `{"session":${session}}`,
  ),
])("a session is begun where %j is stored", (text) => {
  const who = createBrowserPlace(memoryStore(new Map([["customer", text]]))).who(START);
  expect(who.isNewSession).toBe(true);
  expect(who.sessionId).toMatch(/^[\da-f-]{36}$/);
});

test("the user who signed in is known after a restart, until the sign-out, and signs in once", () => {
  const store = memoryStore();
  const place = createBrowserPlace(store);
  expect(place.who(START).userId).toBeUndefined();
  expect(place.remember("u1")).toBe(true);
  expect(createBrowserPlace(store).who(START + MINUTE).userId).toBe("u1");
  expect(createBrowserPlace(store).remember("u1")).toBe(false);
  place.forget();
  expect(createBrowserPlace(store).who(START + MINUTE).userId).toBeUndefined();
});

test("signing in keeps the installation and the session, signing out or another user's sign-in does not", () => {
  const place = createBrowserPlace(memoryStore());
  const before = place.who(START);
  place.remember("u1");
  const after = place.who(START + 1);
  expect(after).toMatchObject({ installationId: before.installationId, sessionId: before.sessionId });
  place.remember("u2");
  const other = place.who(START + 2);
  expect(other).toMatchObject({ userId: "u2", isNewSession: true });
  expect(other.installationId).not.toBe(before.installationId);
  place.forget();
  const next = place.who(START + 3);
  expect([next.userId, next.isNewSession]).toEqual([undefined, true]);
  expect(next.installationId).not.toBe(other.installationId);
});

test("a sign-out in one tab is one in all", () => {
  const store = memoryStore();
  const [one, two] = [createBrowserPlace(store), createBrowserPlace(store)];
  one.remember("u1");
  const before = two.who(START);
  expect([one.who(START).userId, before.userId]).toEqual(["u1", "u1"]);
  one.forget();
  const [after, same] = [two.who(START + 1), one.who(START + 2)];
  expect(after.userId).toBeUndefined();
  expect(after.installationId).not.toBe(before.installationId);
  expect(after.sessionId).not.toBe(before.sessionId);
  expect(same).toMatchObject({ installationId: after.installationId, sessionId: after.sessionId });
});
