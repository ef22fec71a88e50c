import { openLedger, schema } from "@voxloop/ledger";
import { expect, test } from "vitest";
import { causeOf, openIssuesOf } from "./linked-issues.ts";

test("an open issue is found by its group, and tells whether its error was fixed before", async () => {
  const ledger = await openLedger({});
  await ledger.migrate();
  await ledger.db.insert(schema.projects).values({ id: "bank", name: "Bank" });
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
  await ledger.close();
});
