import { openLedger, schema, writeOutbox, type LedgerOptions } from "@voxloop/ledger";
import { startPostgres } from "@voxloop/testing";
import { eq } from "drizzle-orm";
import { Webhook as Verifier } from "standardwebhooks";
import type { z } from "zod";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Deps } from "../deps.ts";
import { listOf } from "../http/cursor.ts";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import { deliverWebhooksJob } from "./job.ts";
import { openReceiver } from "./receiver.fixture.ts";
import { createWebhooksRoutes } from "./routes.ts";
import { createdWebhook, deliveryList, webhook, type CreatedWebhook, type Delivery } from "./webhook.ts";

const START = new Date();
const DAY_MS = 86_400_000;

let deps: Deps;
let now = START;
let app: ReturnType<typeof createTestApp>;

const postgres = await startPostgres();
const opened = await openTestDeps(START);
afterAll(async () => {
  await opened.close();
  await postgres?.stop();
});

const SIDES: [name: string, options: LedgerOptions][] = [["PGlite", {}]];
if (postgres !== undefined) SIDES.push(["PostgreSQL", { url: postgres.url }]);

/** Deps whose ledger, with the projects "bank" and "shop", is on one of the sides. */
async function useLedger(options: LedgerOptions): Promise<void> {
  const ledger = await openLedger(options);
  await ledger.migrate();
  await ledger.db.insert(schema.projects).values(["bank", "shop"].map((id) => ({ id, name: id })));
  deps = { ...opened, ledger, now: () => now };
  app = createTestApp(createWebhooksRoutes(deps), person);
}

/** The answer of the front door; with a shape, its body is checked against it. */
async function call<Body = unknown>(
  method: string,
  path: string,
  { send, shape }: { send?: object; shape?: z.ZodType<Body> } = {},
): Promise<{ status: number; body: Body }> {
  const init = { method, headers: { "content-type": "application/json" } };
  const response = await app.request(
    path,
    send === undefined ? init : { ...init, body: JSON.stringify(send) },
  );
  const text = await response.text();
  const body: unknown = text === "" ? undefined : JSON.parse(text);
  return { status: response.status, body: shape === undefined ? (body as Body) : shape.parse(body) };
}

async function subscribe(url: string, more: object = {}): Promise<CreatedWebhook> {
  const { status, body } = await call("POST", "/projects/bank/webhooks", {
    send: { url, ...more },
    shape: createdWebhook,
  });
  expect(status).toBe(201);
  return body;
}

const tell = (type = "issue.opened", projectId = "bank") =>
  writeOutbox(deps.ledger.db, {
    projectId,
    type,
    at: now,
    data: { issue: { number: 7, title: "转账失败" } },
  });

const deliver = () => deliverWebhooksJob.run(deps);

async function log(webhook: { id: string }): Promise<Delivery[]> {
  const path = `/projects/bank/webhooks/${webhook.id}/deliveries`;
  return (await call("GET", path, { shape: deliveryList })).body.items;
}

const stateOf = async ({ id }: { id: string }) =>
  (await call("GET", "/projects/bank/webhooks", { shape: listOf(webhook) })).body.items.find(
    (one) => one.id === id,
  );

const failAgainAfter = async (days: number) => {
  now = new Date(now.getTime() + days * DAY_MS);
  await tell();
  await deliver();
};

describe.each(SIDES)("on %s", (_, options) => {
  beforeAll(() => useLedger(options));
  afterAll(() => deps.ledger.close());
  beforeEach(async () => {
    now = START;
    await deps.ledger.db.delete(schema.webhooks);
    await deps.ledger.db.delete(schema.outbox);
  });

  test("a message arrives once, signed so that the standardwebhooks library verifies it", async () => {
    await using receiver = await openReceiver();
    const webhook = await subscribe(receiver.url);
    const messageId = await tell();
    await deliver();
    await deliver();
    expect(receiver.received).toHaveLength(1);
    const [{ headers, body }] = receiver.received as [(typeof receiver.received)[0]];
    const verified = new Verifier(webhook.secret).verify(body, headers as Record<string, string>);
    expect(verified).toEqual({
      type: "issue.opened",
      timestamp: now.toISOString(),
      data: { issue: { number: 7, title: "转账失败" } },
    });
    expect(headers["webhook-id"]).toBe(messageId);
    expect(headers["content-type"]).toBe("application/json");
    expect(await log(webhook)).toMatchObject([
      {
        messageId,
        type: "issue.opened",
        state: "succeeded",
        attempts: 1,
        lastStatus: 204,
        lastError: null,
        nextAttemptAt: null,
      },
    ]);
  });

  test("the secret is shown once", async () => {
    const { secret } = await subscribe("http://127.0.0.1:1/");
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const list = await call("GET", "/projects/bank/webhooks");
    expect(JSON.stringify(list.body)).not.toContain("whsec_");
  });

  test("only enabled webhooks of the project that want the type get a message", async () => {
    await using receiver = await openReceiver();
    const wanting = await subscribe(receiver.url, { eventTypes: ["issue.verdict"] });
    const disabled = await subscribe(receiver.url);
    await call("PATCH", `/projects/bank/webhooks/${disabled.id}`, { send: { enabled: false } });
    await tell("issue.opened");
    await tell("issue.verdict", "shop");
    const messageId = await tell("issue.verdict");
    await deliver();
    expect(receiver.received.map(({ headers }) => headers["webhook-id"])).toEqual([messageId]);
    expect(await log(wanting)).toHaveLength(1);
    expect(await log(disabled)).toEqual([]);
  });

  test("a failed attempt is repeated under the same id with a new timestamp until it succeeds", async () => {
    await using receiver = await openReceiver((count) => ({ status: count < 3 ? 500 : 200 }));
    const webhook = await subscribe(receiver.url);
    await tell();
    await deliver();
    await deliver();
    expect(receiver.received).toHaveLength(1);
    for (const wait of [6_000, 360_000]) {
      now = new Date(now.getTime() + wait);
      await deliver();
    }
    expect(receiver.received).toHaveLength(3);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    const times = receiver.received.map(({ headers }) => Number(headers["webhook-timestamp"]));
    expect(times).toEqual([START, +START + 6_000, +START + 366_000].map((at) => Math.floor(+at / 1000)));
    expect(await log(webhook)).toMatchObject([{ state: "succeeded", attempts: 3, lastStatus: 200 }]);
  });

  test("a message that fails ten times is given up, and a replay sends it again", async () => {
    let status = 500;
    await using receiver = await openReceiver(() => ({ status }));
    const webhook = await subscribe(receiver.url);
    await tell();
    for (let attempt = 0; attempt < 12; attempt++) {
      await deliver();
      now = new Date(now.getTime() + 1.2 * DAY_MS);
      // The endpoint is not what this test is about: as if something else had arrived meanwhile.
      await deps.ledger.db.update(schema.webhooks).set({ failingSince: null });
    }
    const [failed] = (await log(webhook)) as [Delivery];
    expect(failed).toMatchObject({
      state: "failed",
      attempts: 10,
      lastError: "answered 500",
      nextAttemptAt: null,
    });
    status = 200;
    const replay = await call("POST", `/projects/bank/deliveries/${failed.id}/replay`);
    expect(replay).toMatchObject({ status: 202, body: { id: failed.id, state: "pending" } });
    await deliver();
    expect(await log(webhook)).toMatchObject([{ state: "succeeded", attempts: 11 }]);
    expect(receiver.received.at(-1)?.headers["webhook-id"]).toBe(failed.messageId);
  });

  test("an endpoint that answers 429 or 503 is left alone as long as it asks, others are not", async () => {
    await using throttled = await openReceiver(() => ({ status: 429, headers: { "retry-after": "3600" } }));
    await using broken = await openReceiver(() => ({ status: 500, headers: { "retry-after": "3600" } }));
    const waits = await Promise.all([throttled, broken].map(({ url }) => subscribe(url)));
    await tell();
    await deliver();
    const [first, second] = await Promise.all(waits.map(async (hook) => (await log(hook))[0]));
    expect(Date.parse(first?.nextAttemptAt ?? "") - +now).toBe(3_600_000);
    expect(Date.parse(second?.nextAttemptAt ?? "") - +now).toBeLessThan(6_001);
  });

  test("410 Gone disables the endpoint, and enabling it forgets why", async () => {
    await using receiver = await openReceiver(() => ({ status: 410 }));
    const webhook = await subscribe(receiver.url);
    await tell();
    await deliver();
    expect(await stateOf(webhook)).toMatchObject({
      enabled: false,
      disabledReason: "The endpoint answered 410 Gone.",
    });
    expect(await log(webhook)).toMatchObject([{ state: "failed", attempts: 1, lastStatus: 410 }]);
    const test = await call("POST", `/projects/bank/webhooks/${webhook.id}/test`);
    expect(test).toMatchObject({ status: 409, body: { title: "Webhook disabled" } });
    const { body } = await call("PATCH", `/projects/bank/webhooks/${webhook.id}`, {
      send: { enabled: true },
    });
    expect(body).toMatchObject({ enabled: true, disabledReason: null });
  });

  test("an endpoint that fails everything for five days is disabled; one success starts the count anew", async () => {
    let status = 500;
    await using receiver = await openReceiver(() => ({ status }));
    const webhook = await subscribe(receiver.url);
    await failAgainAfter(0);
    await failAgainAfter(4.9);
    expect((await stateOf(webhook))?.enabled).toBe(true);
    status = 200;
    await failAgainAfter(0);
    status = 500;
    await failAgainAfter(4.9);
    expect((await stateOf(webhook))?.enabled).toBe(true);
    await failAgainAfter(5);
    expect(await stateOf(webhook)).toMatchObject({
      enabled: false,
      disabledReason: expect.stringContaining("Nothing was delivered since"),
    });
  });

  test("a redirect is a failure and is not followed", async () => {
    await using inside = await openReceiver();
    await using receiver = await openReceiver(() => ({ status: 307, headers: { location: inside.url } }));
    const webhook = await subscribe(receiver.url);
    await tell();
    await deliver();
    expect(inside.received).toEqual([]);
    expect(await log(webhook)).toMatchObject([
      { state: "pending", lastStatus: 307, lastError: "answered 307; redirects are not followed" },
    ]);
  });

  test("several workers at once send each message once", async () => {
    await using receiver = await openReceiver(() => ({ status: 200, delayMs: 20 }));
    await subscribe(receiver.url);
    await subscribe(receiver.url);
    for (let count = 0; count < 12; count++) await tell();
    await Promise.all([deliver(), deliver(), deliver()]);
    expect(receiver.received).toHaveLength(24);
    expect(receiver.mostAtOnce()).toBeGreaterThan(1);
  });

  test("a slow endpoint does not hold up others, not even what comes while it is waited for", async () => {
    await using slow = await openReceiver(() => ({ status: 200, delayMs: 2_000 }));
    await using fast = await openReceiver();
    await subscribe(slow.url);
    await subscribe(fast.url);
    await tell();
    const started = performance.now();
    const run = deliver();
    while (fast.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await tell();
    await run;
    expect(fast.received).toHaveLength(2);
    expect(Math.max(...fast.received.map(({ at }) => at)) - started).toBeLessThan(1_500);
  });

  test("an endpoint that cannot be reached is logged with the reason", async () => {
    const { url } = await openReceiver().then(async (closed) => {
      await closed[Symbol.asyncDispose]();
      return closed;
    });
    const webhook = await subscribe(url);
    await tell();
    await deliver();
    expect(await log(webhook)).toMatchObject([
      { state: "pending", attempts: 1, lastStatus: null, lastError: expect.stringContaining("ECONNREFUSED") },
    ]);
  });

  test("no attempt goes to an address that is not public, and none is asked for", async () => {
    await using receiver = await openReceiver();
    const guarded = { ...deps, allowPrivateWebhooks: false };
    const byName = await subscribe(`http://localhost:${receiver.port}/`);
    const byAddress = await subscribe(receiver.url);
    await tell();
    await deliverWebhooksJob.run(guarded);
    expect(receiver.received).toEqual([]);
    for (const webhook of [byName, byAddress]) {
      expect(await log(webhook)).toMatchObject([
        { lastStatus: null, lastError: expect.stringContaining("is not public") },
      ]);
    }
    app = createTestApp(createWebhooksRoutes(guarded), person);
    for (const url of [
      "http://localhost/",
      "http://127.0.0.1/",
      "http://[::1]/",
      "http://0x7f.1/",
      "http://2130706433/",
    ]) {
      const { status, body } = await call("POST", "/projects/bank/webhooks", { send: { url } });
      expect({ status, body }, url).toMatchObject({ status: 400, body: { errors: [{ field: "url" }] } });
    }
    app = createTestApp(createWebhooksRoutes(deps), person);
  });

  test.each(["ftp://bank.test/", "bank", "https://user:secret@127.0.0.1/", "http://no-such-host.invalid/"])(
    "%s is refused as a webhook's URL",
    async (url) => {
      const { status, body } = await call("POST", "/projects/bank/webhooks", { send: { url } });
      expect({ status, body }).toMatchObject({ status: 400, body: { errors: [{ field: "url" }] } });
    },
  );

  test("a test message goes to one webhook alone, whatever types it wants", async () => {
    await using receiver = await openReceiver();
    await using other = await openReceiver();
    const webhook = await subscribe(receiver.url, { eventTypes: ["issue.verdict"] });
    await subscribe(other.url);
    const { status, body } = await call("POST", `/projects/bank/webhooks/${webhook.id}/test`);
    expect({ status, body }).toMatchObject({
      status: 202,
      body: { type: "webhook.test", state: "pending", attempts: 0 },
    });
    await deliver();
    expect(JSON.parse(receiver.received[0]?.body ?? "{}")).toMatchObject({ type: "webhook.test" });
    expect(other.received).toEqual([]);
  });

  test("the delivery log is read page by page, newest first, without repeating or missing one", async () => {
    const webhook = await subscribe("http://127.0.0.1:1/");
    for (let count = 0; count < 7; count++) {
      now = new Date(START.getTime() + Math.floor(count / 2));
      await call("POST", `/projects/bank/webhooks/${webhook.id}/test`);
    }
    const whole = (await log(webhook)).map(({ id }) => id);
    expect(whole).toHaveLength(7);
    const pages: string[][] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: string = cursor === "" ? "limit=3" : `limit=3&cursor=${cursor}`;
      const path = `/projects/bank/webhooks/${webhook.id}/deliveries?${query}`;
      const { body } = await call("GET", path, { shape: deliveryList });
      pages.push(body.items.map(({ id }) => id));
      cursor = body.nextCursor;
    }
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(pages.flat()).toEqual(whole);
  });

  test("a webhook is deleted with its log, and another project's webhook is not found", async () => {
    const webhook = await subscribe("http://127.0.0.1:1/");
    await tell();
    await deliver();
    const path = (project: string) => `/projects/${project}/webhooks/${webhook.id}`;
    expect((await call("DELETE", path("shop"))).status).toBe(404);
    expect((await call("PATCH", path("shop"), { send: { enabled: false } })).status).toBe(404);
    expect((await call("GET", `${path("shop")}/deliveries`)).status).toBe(404);
    expect((await call("DELETE", path("bank"))).status).toBe(204);
    expect(await deps.ledger.db.select().from(schema.deliveryAttempts)).toEqual([]);
    expect(
      await deps.ledger.db.select().from(schema.webhooks).where(eq(schema.webhooks.id, webhook.id)),
    ).toEqual([]);
  });
});
