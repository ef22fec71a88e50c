import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createWriteKey, findProjectOfWriteKey, openLedger, schema, type Ledger } from "./index.ts";

describe("on PGlite", () => {
  let ledger: Ledger;
  beforeAll(async () => {
    ledger = await openLedger({});
    await ledger.migrate();
    await ledger.migrate();
  });
  afterAll(() => ledger.close());

  test("a write key finds its project until it is revoked", async () => {
    await ledger.db.insert(schema.projects).values({ id: "bank", name: "Bank" });
    const key = await createWriteKey(ledger, { projectId: "bank", name: "app" });
    expect(await findProjectOfWriteKey(ledger, key)).toBe("bank");
    await ledger.db
      .update(schema.writeKeys)
      .set({ revokedAt: new Date() })
      .where(eq(schema.writeKeys.projectId, "bank"));
    expect(await findProjectOfWriteKey(ledger, key)).toBeUndefined();
  });

  test("a cause has at most one issue that is not closed", async () => {
    const issue = { projectId: "bank", cause: "error:1", title: "t", severity: "high", evidence: {} };
    await ledger.db.insert(schema.issues).values({ ...issue, number: 1, state: "closed" });
    await ledger.db.insert(schema.issues).values({ ...issue, number: 2, state: "detected" });
    await expect(
      ledger.db.insert(schema.issues).values({ ...issue, number: 3, state: "detected" }),
    ).rejects.toThrow();
  });
});
