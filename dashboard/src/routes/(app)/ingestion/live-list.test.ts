import type { LiveEvent } from "@voxloop/analytics/shapes";
import { expect, test } from "vitest";
import { aboutEvent, addEvents, SHOWN_MAX } from "./live-list.ts";

const event = (eventId: string, more: Partial<LiveEvent> = {}): LiveEvent => ({
  eventId,
  name: "tap",
  time: "2026-11-24T00:00:00.000Z",
  receivedAt: "2026-11-24T00:00:00.000Z",
  customerId: "",
  sessionId: "",
  service: "",
  version: "",
  page: "",
  flow: "",
  outcome: "",
  errorCode: "",
  errorType: "",
  errorMessage: "",
  attributes: {},
  ...more,
});

test("the newest event is first and none is shown twice", () => {
  const shown = addEvents([event("b"), event("a")], [event("b"), event("c"), event("d")]);
  expect(shown.map(({ eventId }) => eventId)).toEqual(["d", "c", "b", "a"]);
});

test("the oldest leave when there are too many", () => {
  const many = Array.from({ length: SHOWN_MAX }, (_, index) => event(`${index}`));
  const shown = addEvents([event("old")], many);
  expect(shown).toHaveLength(SHOWN_MAX);
  expect(shown.some(({ eventId }) => eventId === "old")).toBe(false);
});

test("a line says only what there is", () => {
  expect(aboutEvent(event("a"))).toBe("");
  expect(
    aboutEvent(event("a", { flow: "transfer", outcome: "failed", errorCode: "E1", errorType: "T" })),
  ).toBe("transfer · failed · E1");
});
