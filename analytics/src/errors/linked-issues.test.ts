import { openLedger, schema, type Ledger } from "@voxloop/ledger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { causeOf, openIssuesOf } from "./linked-issues.ts";
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
