import { schema } from "@voxloop/ledger";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDeps } from "../http/test-app.fixture.ts";
import { openErrorIssuesJob } from "./job.ts";
import { anEvent } from "./slow-ranking.fixture.ts";

const NOW = Date.UTC(2026, 4, 10, 10);
let deps: Awaited<ReturnType<typeof openTestDeps>>;
beforeAll(async () => {
  deps = await openTestDeps(new Date(NOW));
  deps.scheduler.define("deliver-webhooks", async () => undefined);
});
afterAll(() => deps.close());

async function fail(projectId: string, error_code: string, customers: number): Promise<void> {
  const rows = Array.from({ length: customers }, (_, at) => ({
    ...anEvent({ customer_id: `c${at}`, outcome: "failed", error_code, error_message: "Limit reached" }),
    project_id: projectId,
    time: new Date(NOW - 1000 - at).toISOString(),
  }));
  await deps.warehouse.insert("events_v1", rows);
}

const issuesOf = (projectId: string) =>
  deps.ledger.db.select().from(schema.issues).where(eq(schema.issues.projectId, projectId));

test("a group that blocks three customers gets an issue with its evidence, one that blocks two gets none", async () => {
  await fail("bank", "E1042", 3);
  await fail("bank", "E7", 2);
  await openErrorIssuesJob.run(deps);
  const issues = await issuesOf("bank");
  expect(issues).toHaveLength(1);
  expect(issues[0]).toMatchObject({
    title: "E1042: Limit reached (transfer)",
    flow: "transfer",
    state: "detected",
  });
  expect(issues[0]?.evidence).toMatchObject({
    kind: "error",
    code: "E1042",
    rank: 1,
    blockedCustomers: 3,
    blockedTransactions: 3,
    at: new Date(NOW).toISOString(),
  });
  const evidence = issues[0]?.evidence as { fingerprint: string } | undefined;
  expect(issues[0]?.cause).toBe(`error:${evidence?.fingerprint}`);
});

test("a second run opens nothing more", async () => {
  await openErrorIssuesJob.run(deps);
  expect(await issuesOf("bank")).toHaveLength(1);
});

test("issues are opened in the project that has the errors", async () => {
  await fail("shop", "E9", 3);
  await openErrorIssuesJob.run(deps);
  expect((await issuesOf("shop")).map((issue) => issue.title)).toEqual(["E9: Limit reached (transfer)"]);
  expect(await issuesOf("bank")).toHaveLength(1);
});
