import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openWarehouse, type Warehouse } from "./index.ts";

const HOUR_MS = 3_600_000;
const UNTIL = new Date("2026-05-01T10:00:00.000Z");
const event = { project_id: "p", event_name: "view", received_at: UNTIL.toISOString(), session_id: "s" };

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
});
afterAll(() => warehouse.close());

/** Another one each time the engine is asked. */
async function draw(params: { salt?: string; project?: string; until?: Date } = {}): Promise<string> {
  const { salt = "", project = "p", until = UNTIL } = params;
  const sql = "SELECT concat({salt: String}, toString(generateUUIDv4())) AS drawn";
  const row = z.object({ drawn: z.string() });
  const remembered = { project, until };
  const [answer] = await warehouse.query({ name: "draw", sql, params: { salt }, row, remembered });
  return answer?.drawn ?? "";
}

test("a question that was asked is answered from memory, another is not", async () => {
  const first = await draw();
  expect(await draw()).toBe(first);
  expect(await draw({ salt: "other" })).not.toBe(first);
  expect(await draw()).toBe(first);
});

test.each([
  ["an event at its end", "events_v1", { ...event, event_id: "e1", time: UNTIL.toISOString() }],
  ["a late event of long ago", "events_v1", { ...event, event_id: "e2", time: "2025-01-01T00:00:00.000Z" }],
  [
    "a sign-in hours later, which may say whose events they were",
    "events_v1",
    {
      ...event,
      event_id: "e3",
      user_id: "ann",
      installation_id: "phone",
      time: new Date(UNTIL.getTime() + 5 * HOUR_MS).toISOString(),
    },
  ],
  [
    "two groups that become one",
    "group_aliases_v1",
    { project_id: "p", fingerprint: "a", group_fingerprint: "b", revision: 1 },
  ],
  ["a voice", "voices_v1", { project_id: "p", voice_id: "v1", time: UNTIL.toISOString(), comment: "slow" }],
])("it is asked again after %s", async (_, table, row) => {
  const first = await draw();
  expect(await draw()).toBe(first);
  await warehouse.insert(table, [row]);
  expect(await draw()).not.toBe(first);
});

test("events of after its end, and those of another project, leave it as it is", async () => {
  const first = await draw();
  const later = new Date(UNTIL.getTime() + HOUR_MS).toISOString();
  await warehouse.insert("events_v1", [
    { ...event, event_id: "e4", time: later },
    { ...event, event_id: "e5", time: UNTIL.toISOString(), project_id: "q" },
  ]);
  expect(await draw()).toBe(first);
  const all = await draw({ until: new Date(later) });
  expect(all).not.toBe("");
  await warehouse.insert("events_v1", [{ ...event, event_id: "e6", time: later }]);
  expect(await draw({ until: new Date(later) })).not.toBe(all);
});

function list(): Promise<{ numbers: number[] }[]> {
  return warehouse.query({
    name: "list",
    sql: "SELECT [1, 2] AS numbers",
    row: z.object({ numbers: z.array(z.number()) }),
    remembered: { project: "p", until: UNTIL },
  });
}

test("whoever changes an answer changes their own alone", async () => {
  (await list())[0]?.numbers.push(3);
  (await list())[0]?.numbers.push(4);
  expect(await list()).toEqual([{ numbers: [1, 2] }]);
});
