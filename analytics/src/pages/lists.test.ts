import { expect, test } from "vitest";
import { listHidden, listPages, listUnwanted } from "./lists.ts";
import { shortestTaps, startOf, typicalTaps, type Link, type PageMap } from "./page-map.ts";

const link = (source: string, target: string, steps: number): Link => ({ source, target, steps });
type Ways = PageMap["pages"][number]["ways"];
const pageOf = (page: string, visits: number, ways: Ways = []): PageMap["pages"][number] => ({
  page,
  visits,
  sessions: visits,
  customers: visits,
  entrances: 0,
  bounces: 0,
  exits: 0,
  searches: 0,
  errors: 0,
  errorCustomers: 0,
  medianSeconds: null,
  p90Seconds: null,
  ways,
});
const by = (bySearch: boolean, taps: number | null, sessions: number) => ({ taps, bySearch, sessions });

test("taps start where most sessions begin, behind gates, and never go round in a circle", () => {
  const entrances = [link("", "splash", 80), link("", "pay", 20)];
  const gates = [link("splash", "sign-in", 70), link("splash", "help", 2), link("sign-in", "home", 60)];
  const onward = [link("home", "pay", 30), link("home", "cards", 25)];
  expect(startOf([...entrances, ...gates, ...onward])).toBe("home");
  const back = [link("home", "sign-in", 9)];
  expect(startOf([...entrances, ...gates, ...back])).toBe("sign-in");
  expect(startOf([link("", "home", 80), link("home", "list", 90), link("list", "home", 60)])).toBe("home");
  expect(startOf([link("", "b", 5), link("", "a", 5)])).toBe("a");
  expect(startOf([])).toBeNull();
});

test("the shortest way is found over links alone, and what none leads to has none", () => {
  const links = [
    link("home", "a", 9),
    link("a", "b", 9),
    link("b", "c", 9),
    link("home", "b", 9),
    link("x", "d", 9),
  ];
  expect(Object.fromEntries(shortestTaps("home", [...links, link("c", "home", 9)]))).toEqual({
    home: 0,
    a: 1,
    b: 1,
    c: 2,
  });
  expect(shortestTaps(null, links).size).toBe(0);
});

test("typical taps are the median of the sessions that came from the start page", () => {
  expect(typicalTaps([by(false, 9, 1), by(true, 2, 2), by(false, 3, 2), by(false, null, 50)])).toBe(3);
  expect(typicalTaps([by(false, null, 5)])).toBeNull();
});

test("pages are in the order asked for, and those without a value come last both ways", () => {
  const map = {
    startPage: "home",
    oneIn: 1,
    links: [link("home", "b", 9)],
    pages: [pageOf("c", 5), pageOf("b", 7), pageOf("home", 9), pageOf("a", 5)],
  };
  const order = (sort: "visits" | "shortestTaps", order: "asc" | "desc") =>
    listPages(map, { sort, order }).map(({ page }) => page);
  expect(order("visits", "desc")).toEqual(["home", "b", "a", "c"]);
  expect(order("shortestTaps", "asc")).toEqual(["home", "b", "a", "c"]);
  expect(order("shortestTaps", "desc")).toEqual(["b", "home", "a", "c"]);
});

const LIMITS = [by(true, 2, 40), by(false, 6, 10), by(false, 3, 50), by(true, null, 5)];
const MAP: PageMap = {
  startPage: "home",
  oneIn: 1,
  links: [
    link("home", "menu", 500),
    link("home", "pay", 400),
    link("home", "news", 5),
    link("menu", "settings", 200),
    link("settings", "limits", 60),
    link("pay", "done", 390),
    // One in twenty thousand visits of home: chance.
    link("crowd", "limits", 5),
    link("home", "crowd", 900),
  ],
  pages: [
    pageOf("home", 2000),
    pageOf("menu", 500, [by(false, 1, 400), by(false, 7, 100)]),
    pageOf("pay", 400),
    pageOf("news", 5),
    pageOf("settings", 200, [by(false, 2, 150), by(false, 3, 50)]),
    pageOf("limits", 105, LIMITS),
    pageOf("done", 390, [by(false, 2, 300), by(false, 9, 90)]),
    pageOf("crowd", 100_000),
    pageOf("proof", 12, [by(true, 3, 12)]),
    pageOf("terms", 90, [by(false, null, 90)]),
  ],
};

test("hidden is what is searched for or found by detours, is not near, and is no next step", () => {
  const items = listHidden(MAP, 1);
  expect(items.map(({ page }) => page)).toEqual(["settings", "limits", "proof"]);
  expect(items[1]).toMatchObject({
    shortestTaps: 3,
    typicalTaps: 3,
    bySearch: 45,
    byDetour: 10,
    sought: { cases: 55, of: 105, tooFew: false },
    uptake: { cases: 60, of: 200 },
    excessTaps: 10 * 3,
    savedTaps: 40 * 1 + 10 * 5,
    tooFew: false,
  });
  expect(items[2]).toMatchObject({
    page: "proof",
    shortestTaps: null,
    tooFew: true,
    uptake: { of: 0, share: null },
  });
  expect(listHidden(MAP, 2).map(({ page, savedTaps }) => [page, savedTaps])).toEqual([
    ["limits", 40],
    ["proof", 12],
  ]);
});

test("unwanted is what is surely followed less than half as often as the usual page", () => {
  const { items, threshold } = listUnwanted(MAP);
  // Uptakes: news 0.25 %, pay 20 %, menu 25 %, limits 30 %, settings 40 %, crowd 45 %, done 97.5 %.
  expect(threshold).toBeCloseTo(0.15);
  expect(items).toMatchObject([
    {
      page: "news",
      visits: 5,
      shortestTaps: 1,
      passedBy: 1995,
      shownOn: ["home"],
      uptake: { cases: 5, of: 2000 },
    },
  ]);
  expect(listUnwanted({ startPage: null, oneIn: 1, links: [], pages: [] })).toEqual({
    items: [],
    threshold: null,
  });
});

test("a sample's counts are told as of all, and intervals are of what was read", () => {
  const map = { ...MAP, oneIn: 3 };
  expect(listPages(map, { sort: "visits", order: "desc" })[1]).toMatchObject({ page: "home", visits: 6000 });
  const one = listHidden(MAP, 1)[1];
  const three = listHidden(map, 1)[1];
  expect(three).toMatchObject({ visits: 315, bySearch: 135, byDetour: 30, excessTaps: 90, savedTaps: 270 });
  expect(three?.sought).toEqual(one?.sought);
  expect(listUnwanted(map).items).toMatchObject([
    { visits: 15, passedBy: 5985, uptake: { cases: 5, of: 2000 } },
  ]);
});
