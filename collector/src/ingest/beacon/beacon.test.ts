import { expect, test } from "vitest";
import { RecordProblem } from "../record.ts";
import { decodeBeacon } from "./decode.ts";

const bodyOf = (value: unknown) => Buffer.from(JSON.stringify(value));

test("a flat event of a beacon has a name, a time, an id and attributes", () => {
  const event = {
    event: "left",
    time: "2026-05-01T12:00:00Z",
    id: "e1",
    attributes: { "user.id": "u", deep: { a: [1] } },
  };
  const expected = {
    eventName: "left",
    time: Date.parse("2026-05-01T12:00:00Z"),
    attributes: new Map<string, unknown>([
      ["user.id", "u"],
      ["deep", { a: [1] }],
      ["log.record.uid", "e1"],
    ]),
  };
  expect(decodeBeacon(bodyOf(event))[0]?.records).toMatchObject([expected]);
  expect(decodeBeacon(bodyOf([event, { event: "b", time: 7 }]))[0]?.records).toMatchObject([
    expected,
    { eventName: "b", time: 7 },
  ]);
});

test("a beacon may carry OTLP/JSON logs", () => {
  const logs = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ eventName: "a" }] }] }] };
  expect(decodeBeacon(bodyOf(logs))[0]?.records).toMatchObject([{ eventName: "a" }]);
});

test.each([
  [7, /expected object/i],
  [{ name: "a" }, /event/],
  [{ event: "" }, /event/],
  [{ event: "a", userId: "u" }, /userId/],
  [{ event: "a", time: "then" }, /time is neither/],
  [{ event: "a", attributes: [] }, /attributes/],
])("a beacon's event %j is a problem that says why", (event, reason) => {
  const [problem] = decodeBeacon(bodyOf(event))[0]?.records ?? [];
  expect(problem).toBeInstanceOf(RecordProblem);
  expect((problem as Error).message).toMatch(reason);
});
