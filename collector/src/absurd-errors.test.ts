import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { logsRequest, startCollector, type StartedCollector } from "./testing/start-collector.ts";

let warehouse: Warehouse;
let started: StartedCollector;
const now = new Date("2026-05-01T12:00:00.000Z");

beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
  started = await startCollector(warehouse, { now: () => now });
});
afterAll(async () => {
  await started.stop();
  await warehouse.close();
});

type Attributes = Record<string, string>;
let sent = 0;

/** Sends errors and gives how many events each of their groups has, with the code and the title of one. */
async function groupsOf(errors: readonly Attributes[], time?: string) {
  const flow = `flow ${(sent += 1)}`;
  const records = errors.map((attributes) => ({
    eventName: "exception",
    ...(time === undefined ? {} : { timeUnixNano: time }),
    attributes: { "user.id": "u1", "vox.flow": flow, ...attributes },
  }));
  const headers = { "content-type": "application/json", authorization: "Bearer vwk_good" };
  const answer = await fetch(`${started.url}/v1/logs`, {
    method: "POST",
    body: logsRequest(records),
    headers,
  });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({});
  await started.collector.drained();
  return warehouse.query({
    name: "groups",
    sql: `SELECT fingerprint, uniqExact(event_id) AS events, any(error_code) AS code, any(title) AS title, any(service_version) AS version,
        min(time) AS first FROM error_events_v1 WHERE flow = {flow: String} GROUP BY fingerprint ORDER BY events, code, title`,
    params: { flow },
    row: z.object({
      fingerprint: z.string(),
      events: z.number(),
      code: z.string(),
      title: z.string(),
      version: z.string(),
      first: z.iso.datetime(),
    }),
  });
}

const CODES = [
  "E'1'",
  'E"1"',
  "E\n1",
  "E`1`",
  "'; DROP TABLE events_v1; --",
  "<img src=x onerror=alert(1)>",
  "E|1",
  "💥",
  "رمز",
  "{{7*7}}",
  "%00",
];

test("codes with quotes, newlines, markup or emoji are groups of their own, stored as they are", async () => {
  const groups = await groupsOf([...CODES, ...CODES].map((code) => ({ "vox.error.code": code })));
  expect(groups.map(({ code }) => code).toSorted()).toEqual(CODES.toSorted());
  expect(groups.every(({ events }) => events === 2)).toBe(true);
});

const calls = (line: number) =>
  `    at pay (https://a/src/pay.ts:${line}:1)\n    at submit (https://a/src/form.ts:${line}:1)\n`;
const megabyteOf = (line: number) => `Error: deep\n${calls(line).repeat(1_048_576 / 90)}`;
const circleOf = (attempt: number) =>
  `a.Retry: ${attempt}\n\tat com.bank.Retry.run(Retry.java:${attempt})\nCaused by: a.Step: ${attempt}\n\tat com.bank.Step.run(Step.java:1)\nCaused by: [CIRCULAR REFERENCE: a.Retry: ${attempt}]`;

test("a stack of a megabyte is cut, and its error grouped with the same one of another megabyte", async () => {
  const error = { "exception.type": "Error", "exception.message": "deep" };
  const groups = await groupsOf(
    [1, 2].map((line) => ({ ...error, "exception.stacktrace": megabyteOf(line) })),
  );
  expect(groups).toMatchObject([{ events: 2, title: "deep" }]);
});

test("causes that go in a circle end where they began", async () => {
  const errors = [1, 2, 3].map((attempt) => ({
    "exception.type": "a.Retry",
    "exception.stacktrace": circleOf(attempt),
  }));
  expect(await groupsOf(errors)).toMatchObject([{ events: 3 }]);
});

test("bytes that are no text, emoji and right-to-left marks leave an error in the group that its text says", async () => {
  const messages = [
    "\u0000\u0001\uFFFD",
    "转账失败😢 17",
    "转账失败😢 18",
    "\u202Eفشل 17\u202C",
    "فشل 18",
    "\uD800 half",
  ];
  const groups = await groupsOf(
    messages.map((message) => ({ "exception.type": "Error", "exception.message": message })),
  );
  expect(groups.map(({ events }) => events)).toEqual([1, 1, 2, 2]);
});

test("a time before 1970 or far ahead is the time of arrival, and a release called latest is a release", async () => {
  const error = { "exception.type": "Error", "exception.message": "when", "service.version": "latest" };
  for (const time of ["1", "4102444800000000000", "18446744073709551615"])
    expect(await groupsOf([error], time)).toMatchObject([
      { events: 1, version: "latest", first: now.toISOString() },
    ]);
});
