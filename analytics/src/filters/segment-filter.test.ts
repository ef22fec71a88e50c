import { linksOf, openWarehouse, type Warehouse } from "@voxloop/warehouse";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { insertCopiesApart } from "../slow-arrival.fixture.ts";
import { MS_OF_USER, rowOf } from "../slow-identities.fixture.ts";
import { segmentFilter } from "./segment-filter.ts";
import { segmentDefinition, type SegmentDefinition } from "./segment.ts";
import { segmentSlowly, type Deed, type Said } from "./slow-segment.fixture.ts";

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
});
afterAll(() => warehouse.close());

const MINUTE_MS = 60_000;
/** Not on the hour, so that the ends are counted by events and the middle by hours. */
const TO = Date.UTC(2026, 4, 20, 12, 17);

interface History {
  deeds: Deed[];
  answers: Said[];
}

const IDS = ["", "u1", "u2", "u3", "i1", "i2", "s1", "old"];
const moments = fc.oneof(
  fc.integer({ min: -10, max: 3 * 24 * 60 }),
  // The ends of one and two days, and the same hour.
  fc.constantFrom(-1, 0, 1, 1439, 1440, 1441, 2879, 2880, 2881, 20, 40),
);
const histories = fc.record({
  deeds: fc.array(
    fc.record({
      user: fc.constantFrom("", "", "u1", "u2", "u3"),
      installation: fc.constantFrom("", "i1", "i2"),
      session: fc.constantFrom("", "s1"),
      previous: fc.constantFrom("", "", "", "", "u1", "old"),
      event_name: fc.constantFrom("pay", "pay", "view", "help"),
      plan: fc.constantFrom("", "gold"),
      channel: fc.constantFrom("", "app", "web", "wechat"),
      minutesBefore: moments,
      ms: fc.integer({ min: 4, max: 9 }),
    }),
    { minLength: 1, maxLength: 14 },
  ),
  answers: fc.array(
    fc.record({
      id: fc.constantFrom(...IDS),
      minutesBefore: moments,
      survey: fc.constantFrom("nps", "nps", "csat"),
      score: fc.integer({ min: 0, max: 10 }),
    }),
    { maxLength: 3 },
  ),
  copied: fc.array(fc.nat({ max: 13 }), { maxLength: 4 }),
});

type Made = typeof histories extends fc.Arbitrary<infer Value> ? Value : never;

/** One history of a hundred: its ids are no other's. */
function toHistory(made: Made, at: number): History {
  const own = (id: string) => (id === "" ? "" : `${id}-${at}`);
  const deeds = made.deeds.map(({ minutesBefore, ms, user, ...deed }, index): Deed => {
    const previous = user === "" ? "" : deed.previous;
    return {
      ...deed,
      user: own(user),
      installation: own(deed.installation),
      session: own(deed.session),
      previous: own(previous),
      event_name: previous === "" ? deed.event_name : "vox.identified",
      plan: previous === "" ? deed.plan : "",
      event_id: `${at}-${index}`,
      outcome: "",
      time: TO - minutesBefore * MINUTE_MS + (MS_OF_USER[user] ?? ms) - 5,
    };
  });
  const answers = made.answers.map(({ minutesBefore, id, ...said }, index): Said => ({
    ...said,
    id: own(id),
    voice_id: `${at}-${index}`,
    time: TO - minutesBefore * MINUTE_MS,
  }));
  const copies = made.copied.flatMap((index) => deeds[index] ?? []);
  return { deeds: [...deeds, ...copies], answers };
}

const withinDays = fc.constantFrom(1, 2, 3);
const where = fc.constantFrom(
  [],
  [{ property: "plan", operator: "=", value: "gold" }],
  [{ property: "plan", operator: "!=", value: "gold" }],
);
const event = fc.constantFrom("pay", "view", undefined);
const rule = fc.oneof(
  fc.record({ kind: fc.constant("did"), event, where, atLeast: fc.constantFrom(1, 1, 2, 3), withinDays }),
  fc.record({ kind: fc.constant("didNot"), event, where, withinDays }),
  fc.record({
    kind: fc.constant("score"),
    survey: fc.constant("nps"),
    min: fc.constantFrom(undefined, 3),
    max: fc.constantFrom(6, 8),
    withinDays,
  }),
  fc.record({
    kind: fc.constant("was"),
    property: fc.constant("channel"),
    values: fc.constantFrom(["app"], ["app", "wechat"]),
    when: fc.constantFrom("latest", "any"),
    withinDays,
  }),
);
const definitions = fc
  .record({ match: fc.constantFrom("all", "any"), rules: fc.array(rule, { minLength: 1, maxLength: 3 }) })
  .map((given) => segmentDefinition.parse(given));

async function store(project_id: string, { deeds, answers }: History): Promise<void> {
  const rows = deeds.map((deed) => ({
    ...rowOf(deed, deed.event_id),
    project_id,
    event_name: deed.event_name,
    channel: deed.channel,
    attributes: { ...rowOf(deed, "").attributes, ...(deed.plan !== "" && { plan: deed.plan }) },
  }));
  await insertCopiesApart(warehouse, rows);
  const voices = answers.map(({ id, time, survey, ...said }) => ({
    ...said,
    project_id,
    customer_id: id,
    survey_kind: survey,
    time: new Date(time).toISOString(),
  }));
  await warehouse.insert("voices_v1", voices);
}

const keys = z.object({ key: z.string() });

async function findKeys(projectId: string, definition: SegmentDefinition): Promise<string[]> {
  const links = await linksOf(warehouse, projectId);
  const { sql, params } = segmentFilter(definition, { to: new Date(TO), links });
  const rows = await warehouse.query({
    name: "segment-filter-test",
    sql: `SELECT toString(customer_key) AS key FROM ${sql} ORDER BY customer_key`,
    params: { project: projectId, ...params },
    row: keys,
  });
  return rows.map(({ key }) => key);
}

async function keysOf(customers: readonly string[]): Promise<string[]> {
  const sql = "SELECT toString(sipHash64(arrayJoin({ids: Array(String)})) AS hash) AS key ORDER BY hash";
  const rows = await warehouse.query({ name: "keys-of-test", sql, params: { ids: customers }, row: keys });
  return rows.map(({ key }) => key);
}

const alike = { seed: 4711, numRuns: 1 } as const;

test.each(["alias", "sign_in", "none"] as const)(
  "whoever is in a segment is found by the slow obvious way, with links of the kind %s",
  async (links) => {
    const made = fc.sample(histories, { ...alike, numRuns: 100 }).map((history) => ({
      ...history,
      deeds: history.deeds.map((deed) => ({
        ...deed,
        previous: links === "alias" ? deed.previous : "",
        user: links === "none" ? "" : deed.user,
      })),
    }));
    const all = made.map(toHistory);
    const project = `p-${links}`;
    await store(project, {
      deeds: all.flatMap(({ deeds }) => deeds),
      answers: all.flatMap(({ answers }) => answers),
    });
    expect(await linksOf(warehouse, project)).toBe(links);
    let sizes = 0;
    for (const definition of fc.sample(definitions, { ...alike, numRuns: 16 })) {
      const expected = all.flatMap((history) => [...segmentSlowly(history, definition, TO)]);
      expect(await findKeys(project, definition), JSON.stringify(definition)).toEqual(await keysOf(expected));
      sizes += expected.length;
    }
    expect(sizes).toBeGreaterThan(100);
  },
  60_000,
);
