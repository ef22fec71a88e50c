import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "@voxloop/testing";
import { and, count, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createWriteKey,
  findPublishedConfig,
  findWriteKey,
  openLedger,
  schema,
  storePublishedConfig,
  writeOutbox,
  type Ledger,
  type LedgerOptions,
} from "./index.ts";

const postgres = await startPostgres();
const folder = await mkdtemp(join(tmpdir(), "voxloop-ledger-"));
afterAll(async () => {
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

const SIDES: [name: string, options: LedgerOptions][] = [["PGlite", { path: join(folder, "pglite") }]];
if (postgres !== undefined) SIDES.push(["PostgreSQL", { url: postgres.url }]);

const ISSUE = {
  projectId: "bank",
  cause: "error:1",
  title: "t",
  severity: "high",
  evidence: { a: [1, "乙"] },
};

describe.each(SIDES)("the ledger on %s", (_, options) => {
  let ledger: Ledger;
  beforeAll(async () => {
    ledger = await openLedger(options);
    await ledger.migrate();
    await ledger.db.insert(schema.projects).values({ id: "bank", name: "Bank" });
  });
  afterAll(() => ledger.close());

  const insertIssue = (of: { number: number; state: string; cause?: string }) =>
    ledger.db.insert(schema.issues).values({ ...ISSUE, ...of });

  test("a second migration changes nothing", async () => {
    await ledger.migrate();
    await ledger.ping();
    const [row] = await ledger.db.select({ projects: count() }).from(schema.projects);
    expect(row?.projects).toBe(1);
  });

  test("a write key finds its project until it is revoked, and is stored as a hash only", async () => {
    const key = await createWriteKey(ledger, { projectId: "bank", name: "app" });
    expect(await findWriteKey(ledger, key)).toMatchObject({ projectId: "bank", expiresAt: null });
    expect(await findWriteKey(ledger, `${key}x`)).toBeUndefined();
    const stored = await ledger.db.select().from(schema.writeKeys);
    expect(JSON.stringify(stored)).not.toContain(key);
    await ledger.db
      .update(schema.writeKeys)
      .set({ revokedAt: new Date() })
      .where(eq(schema.writeKeys.projectId, "bank"));
    expect(await findWriteKey(ledger, key)).toBeUndefined();
  });

  test("what a project publishes replaces what it had, and its tag tells the two apart", async () => {
    const store = (document: string) =>
      storePublishedConfig(ledger.db, { projectId: "bank", document, now: new Date() });
    expect(await findPublishedConfig(ledger, "bank")).toBeUndefined();
    await store('{"guidance":[{"title":"限额"}]}');
    const first = await findPublishedConfig(ledger, "bank");
    await store('{"guidance":[]}');
    const second = await findPublishedConfig(ledger, "bank");
    expect([first?.document, second?.document]).toEqual([
      '{"guidance":[{"title":"限额"}]}',
      '{"guidance":[]}',
    ]);
    expect(first?.etag).toMatch(/^[0-9a-f]{32}$/);
    expect(second?.etag).not.toBe(first?.etag);
    await store('{"guidance":[{"title":"限额"}]}');
    expect(await findPublishedConfig(ledger, "bank")).toEqual(first);
  });

  test("the same write key twice is one", async () => {
    const key = "vwk_theSameKeyTwice0123";
    await createWriteKey(ledger, { projectId: "bank", name: "one", key });
    await createWriteKey(ledger, { projectId: "bank", name: "two", key });
    const [row] = await ledger.db
      .select({ keys: count() })
      .from(schema.writeKeys)
      .where(eq(schema.writeKeys.hint, "vwk_theS…"));
    expect(row?.keys).toBe(1);
  });

  test("a write key's grant holds its scopes, its own limits and its project's", async () => {
    const expiresAt = new Date("2026-05-01T10:00:00Z");
    const scopes = { allowedOrigins: ["https://*.bank.example"], environments: ["production", "预发"] };
    const limits = { eventsPerSecond: 50, eventsPerDay: 9_000_000_000 };
    await ledger.db.insert(schema.projects).values({ id: "limited", name: "Limited", eventsPerSecond: 7 });
    const key = await createWriteKey(ledger, {
      projectId: "limited",
      name: "web",
      ...scopes,
      ...limits,
      expiresAt,
    });
    expect(await findWriteKey(ledger, key)).toEqual({
      keyId: expect.any(String),
      projectId: "limited",
      ...scopes,
      limits: { key: limits, project: { eventsPerSecond: 7, eventsPerDay: null } },
      expiresAt,
    });
  });

  test("a cause has at most one issue that is not closed", async () => {
    await insertIssue({ number: 1, state: "closed" });
    await insertIssue({ number: 2, state: "detected" });
    await expect(insertIssue({ number: 3, state: "detected" })).rejects.toThrow();
    await insertIssue({ number: 3, state: "closed" });
    await insertIssue({ number: 4, state: "detected", cause: "error:2" });
  });

  test("a number is given once in a project", async () => {
    await insertIssue({ number: 50, state: "closed" });
    await expect(insertIssue({ number: 50, state: "closed" })).rejects.toThrow();
  });

  test("JSON and times come back as they went in", async () => {
    const at = new Date("2026-05-01T10:00:00.123Z");
    await ledger.db.insert(schema.issues).values({ ...ISSUE, number: 60, state: "closed", createdAt: at });
    const [row] = await ledger.db.select().from(schema.issues).where(eq(schema.issues.number, 60));
    expect([row?.evidence, row?.createdAt]).toEqual([{ a: [1, "乙"] }, at]);
  });

  test("of writers that hold the same version one wins", async () => {
    await insertIssue({ number: 70, state: "closed", cause: "error:70" });
    const writes = ["a", "b", "c", "d"].map((title) =>
      ledger.db
        .update(schema.issues)
        .set({ title, version: sql`${schema.issues.version} + 1` })
        .where(and(eq(schema.issues.number, 70), eq(schema.issues.version, 1)))
        .returning({ version: schema.issues.version }),
    );
    const wins = (await Promise.all(writes)).flat();
    expect(wins).toEqual([{ version: 2 }]);
  });

  test("a transaction that fails leaves nothing, its outgoing message included", async () => {
    const failing = ledger.db.transaction(async (tx) => {
      await tx.insert(schema.issues).values({ ...ISSUE, number: 80, state: "closed" });
      await writeOutbox(tx, { projectId: "bank", type: "issue.opened", at: new Date(), data: {} });
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    const [kept] = await ledger.db
      .select({ issues: count() })
      .from(schema.issues)
      .where(eq(schema.issues.number, 80));
    const [sent] = await ledger.db.select({ messages: count() }).from(schema.outbox);
    expect([kept?.issues, sent?.messages]).toEqual([0, 0]);
  });

  test("a value is never read as SQL", async () => {
    const name = "'); drop table projects; --";
    await ledger.db.insert(schema.projects).values({ id: "hostile", name });
    const [row] = await ledger.db.select().from(schema.projects).where(eq(schema.projects.name, name));
    expect(row?.id).toBe("hostile");
  });
});

test("what PGlite acknowledged is there when it is opened again", async () => {
  const path = join(folder, "again");
  const first = await openLedger({ path });
  await first.migrate();
  await first.db.insert(schema.projects).values({ id: "kept", name: "Kept" });
  await first.close();
  const second = await openLedger({ path });
  const rows = await second.db.select({ id: schema.projects.id }).from(schema.projects);
  await second.close();
  expect(rows).toEqual([{ id: "kept" }]);
});

describe.skipIf(postgres === undefined)("PostgreSQL", () => {
  test("processes that start together run each migration once", async () => {
    const url = (await postgres?.createDatabase("together")) ?? "";
    const ledgers = await Promise.all([1, 2, 3, 4].map(() => openLedger({ url })));
    await Promise.all(ledgers.map((ledger) => ledger.migrate()));
    const [first] = ledgers;
    const applied = await first?.db.execute<{ hash: string }>(
      sql`select hash from drizzle.__drizzle_migrations`,
    );
    const hashes = (applied as { rows: { hash: string }[] } | undefined)?.rows.map((row) => row.hash) ?? [];
    expect(hashes.length).toBeGreaterThan(0);
    expect(new Set(hashes).size).toBe(hashes.length);
    await Promise.all(ledgers.map((ledger) => ledger.close()));
  });

  test("a server that is not there is an error, not a wait", async () => {
    const ledger = await openLedger({ url: "postgres://nobody@127.0.0.1:1/none" });
    await expect(ledger.ping()).rejects.toThrow();
    await ledger.close();
  });
});
