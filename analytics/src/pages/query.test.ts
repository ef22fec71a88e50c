import { openWarehouse, type Warehouse } from "@voxloop/warehouse";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { insertCopiesApart } from "../slow-arrival.fixture.ts";
import { MS_OF_USER, rowOf } from "../slow-identities.fixture.ts";
import type { PageMap } from "./page-map.ts";
import { queryPageMap } from "./query.ts";
import { mapSlowly, type PageEvent } from "./slow-pages.fixture.ts";

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({});
  await warehouse.migrate();
});
afterAll(() => warehouse.close());

const NOON = Date.UTC(2026, 4, 1, 12);
const STEP_MS = 1700;

const PAGES = [
  "home",
  "home",
  "home?tab=1",
  "home#top",
  "/pay/17",
  "/pay/18",
  "limits",
  "rates",
  "?only",
  "",
];
const EVENTS = ["vox.screen.viewed", "vox.screen.viewed", "vox.page.viewed", "vox.search", "tap"];

const histories = fc.record({
  events: fc
    .array(
      fc.record({
        user: fc.constantFrom("", "", "u1", "u2", "u3"),
        installation: fc.constantFrom("", "i1", "i2", "i3"),
        session: fc.constantFrom("", "s1", "s2", "s3", "s4", "s5", "s6"),
        previous: fc.constantFrom("", "", "", "", "", "", "u1", "old"),
        event_name: fc.constantFrom(...EVENTS),
        page: fc.constantFrom(...PAGES),
        channel: fc.constantFrom("app", "app", "app", "web"),
        results: fc.constantFrom("", "0", "3"),
        isError: fc.constantFrom(false, false, false, true),
        moment: fc.integer({ min: 0, max: 40 }),
        ms: fc.integer({ min: 1, max: 3 }),
        received: fc.integer({ min: 0, max: 2 }),
      }),
      { minLength: 100, maxLength: 250, size: "max" },
    )
    .map((events) =>
      events.map(({ moment, ms, received, ...event }, at): PageEvent => {
        const previous = event.user === "" ? "" : event.previous;
        return {
          ...event,
          previous,
          event_name: previous === "" ? event.event_name : "vox.identified",
          event_id: `${at}`,
          outcome: "",
          time: NOON + moment * STEP_MS + (MS_OF_USER[event.user] ?? ms),
          received: NOON + 100_000 + received,
        };
      }),
    ),
  copied: fc.array(fc.tuple(fc.nat({ max: 99 }), fc.integer({ min: 0, max: 2 })), { maxLength: 40 }),
  start: fc.constantFrom("home", "home", "/pay/:id"),
  channel: fc.constantFrom(undefined, undefined, "app"),
  range: fc.constantFrom([0, 41], [0, 41], [8, 30]),
});

let projects = 0;
const rowsOf = (project_id: string, events: readonly PageEvent[]) =>
  events.map((event) => ({
    ...rowOf(event, event.event_id),
    project_id,
    event_name: event.event_name,
    // Rows of several projects are stored in one insert, which tells copies by their id.
    event_id: `${project_id}-${event.event_id}`,
    page: event.page,
    channel: event.channel,
    error_code: event.isError ? "E1" : "",
    received_at: new Date(event.received).toISOString(),
    attributes:
      event.event_name === "vox.search"
        ? { "vox.search.query": "limit", "vox.search.results": event.results }
        : rowOf(event, "").attributes,
  }));

type Mapped = Pick<PageMap, "pages" | "links">;
const keyed = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).toSorted();
const sorted = ({ pages, links }: Mapped) => ({
  links: keyed(links.map(({ source, target, steps }) => [source, target, steps])),
  pages: pages
    .map((page) => ({ ...page, ways: keyed(page.ways.map((way) => [way.taps, way.bySearch, way.sessions])) }))
    .toSorted((a, b) => (a.page < b.page ? -1 : 1)),
});

test("the map of pages equals a slow obvious one on any history", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(histories, { minLength: 10, maxLength: 10 }), async (many) => {
      const told = many.map(({ events, copied, range: [from = 0, to = 0], start, channel }) => {
        const copies = copied.flatMap(([at, ms]) =>
          events[at] ? [{ ...events[at], received: NOON + 100_000 + ms }] : [],
        );
        const range = { from: NOON + from * STEP_MS + 1, to: NOON + to * STEP_MS + 2 };
        return { projectId: `p${(projects += 1)}`, all: [...events, ...copies], ...range, start, channel };
      });
      await insertCopiesApart(
        warehouse,
        told.flatMap(({ projectId, all }) => rowsOf(projectId, all)),
      );
      for (const { projectId, all, from, to, start, channel } of told) {
        const scope = {
          projectId,
          range: { from: new Date(from), to: new Date(to) },
          filter: channel === undefined ? {} : { channel },
        };
        const map = await queryPageMap(warehouse, scope, { start });
        expect([map.startPage, map.oneIn]).toEqual([start, 1]);
        expect(sorted(map)).toEqual(sorted(mapSlowly(all, { from, to, start, channel })));
      }
    }),
    // Shrinking asks the engine thousands of times, and would time out before it says what failed.
    { numRuns: 1, endOnFailure: true },
  );
}, 120_000);

test("of many views a sample of sessions is read, and it tells the shares of all", async () => {
  const sessions = Array.from({ length: 4000 }, (_, at) => at);
  const rows = sessions.flatMap((at) =>
    ["home", at % 4 === 0 ? "pay" : "cards"].map((page, nth) => ({
      project_id: "many",
      event_id: `${at}-${nth}`,
      event_name: "vox.screen.viewed",
      time: new Date(NOON + at * 100 + nth * 1000).toISOString(),
      customer_id: `c${at}`,
      user_id: `c${at}`,
      session_id: `s${at}`,
      page,
    })),
  );
  await warehouse.insert("events_v1", rows);
  const scope = {
    projectId: "many",
    range: { from: new Date(NOON), to: new Date(NOON + 3_600_000) },
    filter: {},
  };
  const map = await queryPageMap(warehouse, scope, { mostViews: 2000 });
  expect(map).toMatchObject({ startPage: "home", oneIn: 4 });
  const pay = map.pages.find(({ page }) => page === "pay");
  const home = map.pages.find(({ page }) => page === "home");
  // Four standard deviations: a thousand sessions, of which a quarter.
  expect(Math.abs((home?.visits ?? 0) - 1000)).toBeLessThan(110);
  expect(Math.abs((pay?.visits ?? 0) / (home?.visits ?? 1) - 0.25)).toBeLessThan(0.055);
  expect(Math.abs((home?.customers ?? 0) - 4000)).toBeLessThan(440);
});
