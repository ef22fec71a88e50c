import { openLedger, schema, type Ledger } from "@voxloop/ledger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { causeOf, incidentsOf, openIssuesOf } from "./linked-issues.ts";
import { spikesOf } from "./spikes.ts";

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger({});
  await ledger.migrate();
  await ledger.db.insert(schema.projects).values({ id: "bank", name: "Bank" });
});
afterAll(() => ledger.close());

test("an open issue is found by its group, and tells whether its error was fixed before", async () => {
  const at = new Date(0);
  const issue = (fingerprint: string, number: number, state: string) => ({
    projectId: "bank",
    cause: causeOf(fingerprint),
    number,
    state,
    title: "",
    flow: "",
    evidence: {},
    severity: "low",
    createdAt: at,
    updatedAt: at,
  });
  const rows = await ledger.db
    .insert(schema.issues)
    .values([issue("back", 1, "analysing"), issue("first", 2, "detected"), issue("done", 3, "closed")])
    .returning();
  const moved = { at, actor: "job", kind: "transition" };
  await ledger.db.insert(schema.issueTimeline).values([
    { ...moved, issueId: rows[0]!.id, data: { reason: "regressed" } },
    { ...moved, issueId: rows[1]!.id, data: { to: "analysing" } },
  ]);
  expect(await openIssuesOf(ledger, "bank", ["back", "first", "done", "none"])).toEqual(
    new Map([
      ["back", { id: rows[0]!.id, hasRegressed: true }],
      ["first", { id: rows[1]!.id, hasRegressed: false }],
    ]),
  );
  expect(await openIssuesOf(ledger, "shop", ["back"])).toEqual(new Map());
});

test("a group that spikes now is told with what was expected, and one that is only new is not", async () => {
  const at = new Date(0);
  const watched = { projectId: "bank", title: "", code: "", flow: "", unit: "blocked", since: at, until: at };
  const counts = { observed: 40, spanHours: 2, expected: 9, low: 3, high: 15 };
  await ledger.db.insert(schema.anomalies).values([
    { ...watched, ...counts, fingerprint: "spike", kind: "spiking" },
    { ...watched, ...counts, fingerprint: "new", kind: "new", expected: null, low: null, high: null },
  ]);
  expect(await spikesOf(ledger, "bank", ["spike", "new", "calm"])).toEqual(
    new Map([["spike", { since: at.toISOString(), observed: 40, low: 3, high: 15, hours: 2 }]]),
  );
  expect(await spikesOf(ledger, "shop", ["spike"])).toEqual(new Map());
});

const at = (hour: number) => new Date(Date.UTC(2026, 4, 1, hour));

test("a group's issues of a range are those that were open at some time of it", async () => {
  const issue = (number: number, [from, to]: [number, number | null], cause = causeOf("often")) => ({
    projectId: "bank",
    cause,
    number,
    state: to === null ? "analysing" : "closed",
    title: "",
    evidence: {},
    severity: "low",
    createdAt: at(from),
    closedAt: to === null ? null : at(to),
  });
  await ledger.db
    .insert(schema.issues)
    .values([
      issue(11, [1, 4]),
      issue(12, [4, 6]),
      issue(13, [7, null]),
      issue(14, [5, 6], causeOf("other")),
      issue(15, [10, 11]),
    ]);
  const range = { from: at(4), to: at(10) };
  const found = await incidentsOf(ledger, { projectId: "bank", range }, "often");
  expect(found.map(({ number, from, to }) => [number, from, to])).toEqual([
    [13, at(7).toISOString(), null],
    [12, at(4).toISOString(), at(6).toISOString()],
  ]);
  expect(await incidentsOf(ledger, { projectId: "shop", range }, "often")).toEqual([]);
});
