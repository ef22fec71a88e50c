import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { insertCopiesApart } from "../slow-arrival.fixture.ts";
import { MS_OF_USER, rowOf } from "../slow-identities.fixture.ts";
import type { Cell } from "./cell.ts";
import { countParts } from "./parts-query.ts";
import { countSlowly, type Said, type SlowQuestion, type Told } from "./slow-parts.fixture.ts";

let warehouse: Warehouse;
let histories: { projectId: string; events: Told[]; voices: Said[] }[];

/** A Monday, a month and the day of a change to summer time in New York lie around it. */
const TURN = Date.UTC(2026, 2, 8, 5);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const moment = fc
  .tuple(fc.integer({ min: -10, max: 10 }), fc.constantFrom(-1, 0, 1, HOUR, 7 * HOUR + 11))
  .map(([day, ms]) => TURN + day * DAY + ms);
const session = fc.constantFrom("", ..."0123456789".split("").map((n) => `s${n}`));
const channel = fc.constantFrom("", "app", "web");
const flow = fc.constantFrom("", "pay", "transfer");

const told = fc.record({
  time: moment,
  user: fc.constantFrom("", "", "u1", "u2", "u3"),
  installation: fc.constantFrom("", "i1", "i2"),
  session,
  previous: fc.constantFrom("", "", "", "", "", "", "u1", "old"),
  outcome: fc.constantFrom("", "started", "succeeded", "failed", "abandoned"),
  name: fc.constantFrom(
    "vox.transaction",
    "vox.transaction",
    "browser.web_vital",
    "vox.screen.viewed",
    "opened",
  ),
  flow,
  transaction: fc.constantFrom("", "t1", "t2", "t3"),
  code: fc.constantFrom("", "", "", "E1"),
  channel,
  os: fc.constantFrom("", "iOS", "Android"),
  vital: fc.constantFrom("lcp", "INP", "cls", "ttfb"),
  vitalId: fc.constantFrom("", "v1", "v2", "v3"),
  value: fc.constantFrom("", "0.05", "150", "2600"),
  rating: fc.constantFrom("", "good", "poor"),
  durationMs: fc.constantFrom("", "900", "2500", "2501"),
});
const said = fc.record({
  time: moment,
  layer: fc.constantFrom("customer", "customer", "employee"),
  session,
  channel,
  kind: fc.constantFrom("nps", "csat", "ces", ""),
  score: fc.constantFrom(null, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
  comment: fc.constantFrom("", "好"),
  label: fc.constantFrom("", "negative", "neutral", "positive"),
  flow,
});

beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
  histories = Array.from({ length: 6 }, (_, nth) => ({
    projectId: `p${nth}`,
    events: fc.sample(told, 300).map((one, at): Told => {
      const previous = one.user === "" ? "" : one.previous;
      return {
        ...one,
        previous,
        // Who signed in first is never a matter of chance.
        time: one.time + (one.user === "" ? 0 : 10 * at + (MS_OF_USER[one.user] ?? 0)),
        id: `p${nth}-${at}`,
        name: previous === "" ? one.name : "vox.identified",
      };
    }),
    voices: fc.sample(said, 120).map((one, at) => ({ ...one, id: `v${at}` })),
  }));
  const rows = histories.flatMap(({ projectId, events }) => events.map((one) => eventRow(projectId, one)));
  await insertCopiesApart(warehouse, [...rows, ...rows.map(late)]);
  const voices = histories.flatMap(({ projectId, voices: own }) =>
    own.map((one) => voiceRow(projectId, one)),
  );
  await warehouse.insert("voices_v1", voices);
  await warehouse.insert("voices_v1", voices);
});
afterAll(() => warehouse.close());

const late = (row: ReturnType<typeof eventRow>) => ({ ...row, received_at: new Date(TURN).toISOString() });

function eventRow(project_id: string, one: Told) {
  return {
    ...rowOf(one, one.id),
    project_id,
    event_name: one.name,
    flow: one.flow,
    transaction_id: one.transaction,
    error_code: one.code,
    channel: one.channel,
    os_name: one.os,
    attributes: {
      "vox.previous_id": one.previous,
      "browser.web_vital.name": one.vital,
      "browser.web_vital.id": one.vitalId,
      "browser.web_vital.value": one.value,
      "browser.web_vital.rating": one.rating,
      "vox.duration_ms": one.durationMs,
    },
  };
}

function voiceRow(project_id: string, one: Said) {
  return {
    project_id,
    voice_id: one.id,
    time: new Date(one.time).toISOString(),
    layer: one.layer,
    session_id: one.session,
    channel: one.channel,
    survey_kind: one.kind,
    score: one.score,
    comment: one.comment,
    sentiment_label: one.label,
    flow: one.flow,
  };
}

function unitsOf({ part, step, key, segment, zero, half, full }: Cell): [string, number][] {
  const named = [zero, half, full].map((units, at): [string, number] => [
    [part, step, key, segment, at * 50].join(" "),
    units,
  ]);
  return named.filter(([, units]) => units > 0);
}

const questions = fc.record({
  from: moment,
  days: fc.constantFrom(1, 3, 7.25, 15),
  timeZone: fc.constantFrom("America/New_York", "Asia/Shanghai", "UTC"),
  by: fc.constantFrom<SlowQuestion["by"]>(undefined, "day", "week"),
  segment: fc.constantFrom<SlowQuestion["segment"]>(undefined, "channel", "os"),
});

test("units of every part equal slow obvious counts on any history, by day, week and segment", async () => {
  const seen: Record<string, number> = {};
  for (const [nth, { from, days, ...rest }] of fc.sample(questions, 30).entries()) {
    const history = histories[nth % histories.length];
    if (history === undefined) throw new Error("There is no history");
    const slow = countSlowly(history, { ...rest, from, to: from + days * DAY });
    const { by, segment, timeZone } = rest;
    const cells = await countParts(warehouse, {
      projectId: history.projectId,
      timeZone,
      range: { from: new Date(from), to: new Date(from + days * DAY) },
      ...(by !== undefined && { by }),
      ...(segment !== undefined && { segment }),
    });
    const fast = Object.fromEntries(cells.flatMap(unitsOf));
    for (const { part, zero, half, full } of cells) seen[part] = (seen[part] ?? 0) + zero + half + full;
    expect(fast, JSON.stringify({ nth, from, days, ...rest })).toEqual(slow);
  }
  for (const part of ["success", "errorFree", "speed", "satisfaction", "sentiment"])
    expect(seen[part], part).toBeGreaterThan(100);
}, 60_000);
