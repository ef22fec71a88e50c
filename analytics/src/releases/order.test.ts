import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isOrdered, orderReleases } from "./order.ts";

const seen = (version: string, firstSeen: string | null = null) => ({ version, firstSeen, declaredAt: null });
const declared = (version: string, declaredAt: string) => ({ version, firstSeen: null, declaredAt });
const order = (releases: Parameters<typeof orderReleases>[0]) =>
  orderReleases(releases).map(({ version }) => version);

test("version numbers are ordered as such, whenever they were seen", () => {
  const releases = [
    seen("8.0.10", "2026-01-01"),
    seen("8.0.2", "2026-02-01"),
    seen("8.1.0-rc.1"),
    seen("8.1.0"),
  ];
  expect(order(releases.toReversed())).toEqual(["8.0.2", "8.0.10", "8.1.0-rc.1", "8.1.0"]);
});

test("declared names are ordered by their time, and stand behind the newest number that was out by then", () => {
  const numbers = [declared("1.0.0", "2026-01-01"), declared("1.1.0", "2026-01-03")];
  const commits = [
    declared("9c0", "2026-01-04"),
    declared("a1f", "2026-01-02"),
    declared("77b", "2025-12-01"),
  ];
  expect(order([...commits, ...numbers])).toEqual(["77b", "1.0.0", "a1f", "1.1.0", "9c0"]);
});

test("a label, and a name that nobody declared, have no order and stand before all that have", () => {
  const releases = [
    seen("zebra", "2027-01-01"),
    seen("1.0.0"),
    declared("latest", "2027-01-01"),
    seen("<b>\n'"),
  ];
  expect(order(releases)).toEqual(["<b>\n'", "latest", "zebra", "1.0.0"]);
  expect(releases.filter(isOrdered).map(({ version }) => version)).toEqual(["1.0.0"]);
});

test("the order does not depend on the order given, and loses none", () => {
  const release = fc.record({
    version: fc.oneof(fc.constantFrom("1.0", "1.0.0", "v1.0.0", "latest", "1.0.0-a"), fc.string()),
    declaredAt: fc.constantFrom(null, "2026-01-01", "2026-01-02"),
    firstSeen: fc.constantFrom(null, "2026-01-01", "2026-01-03"),
  });
  const some = fc.uniqueArray(release, { selector: ({ version }) => version, maxLength: 8 });
  fc.assert(
    fc.property(some, fc.infiniteStream(fc.nat()), (releases, random) => {
      const keys = new Map(releases.map((each) => [each, random.next().value]));
      const shuffled = releases.toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
      expect(orderReleases(shuffled)).toEqual(orderReleases(releases));
      expect(new Set(orderReleases(releases))).toEqual(new Set(releases));
    }),
  );
});
