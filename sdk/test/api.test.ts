import { ATTR } from "@voxloop/contract";
import fc from "fast-check";
import { afterEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { init as initBrowser, type Feature, type InitOptions, type Voxloop } from "../src/browser.ts";
import { shareOf } from "../src/core/share.ts";
import { init as initNode } from "../src/node.ts";
import { createMemoryTransport } from "../src/testing.ts";

const OPTIONS = {
  writeKey: "vxk_test",
  endpoint: "https://voxloop.example.com/",
  service: "bank-app",
  release: "8.0.1",
  environment: "production",
};

afterEach(() => vi.restoreAllMocks());

describe.each<[door: string, init: (options: InitOptions) => Voxloop]>([
  ["browser", initBrowser],
  ["node", initNode],
])("the %s door", (_, init) => {
  /** A client, and the way to see its events by name without what the SDK adds on its own. */
  function open(options: Partial<InitOptions> = {}) {
    const memory = createMemoryTransport();
    const voxloop = init({ ...OPTIONS, transport: memory.transport, ...options });
    return {
      memory,
      voxloop,
      events: async () => {
        await voxloop.flush();
        return memory.events.filter(({ name }) => name !== "session.start");
      },
    };
  }

  test("an event carries service, release, environment, channel, audience and the attributes of the client", async () => {
    const { voxloop, events } = open({
      channel: "wechat",
      audience: "care",
      attributes: { branch: "hangzhou" },
    });
    voxloop.track("card.ordered", {
      colour: "red",
      amount: 12,
      ratio: 0.5,
      gift: true,
      none: null,
      un: undefined,
    });
    const [event] = await events();
    expect(event).toMatchObject({
      name: "card.ordered",
      attributes: {
        "service.name": "bank-app",
        "service.version": "8.0.1",
        "deployment.environment.name": "production",
        "vox.channel": "wechat",
        "vox.audience": "care",
        branch: "hangzhou",
        colour: "red",
        amount: 12,
        ratio: 0.5,
        gift: true,
      },
    });
    expect(event?.attributes).not.toHaveProperty("none");
    expect(event?.attributes).not.toHaveProperty("un");
  });

  test("every event has an id of its own, a UUID of version 7", async () => {
    const { voxloop, events } = open();
    for (let index = 0; index < 20; index++) voxloop.track("tick");
    const ids = (await events()).map(({ attributes }) => attributes[ATTR.eventId]);
    expect(new Set(ids).size).toBe(20);
    for (const id of ids)
      expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });

  test("after identify events carry the user, after reset they do not", async () => {
    const { voxloop, events } = open();
    voxloop.track("before");
    voxloop.identify("u-1");
    voxloop.identify("u-1");
    voxloop.track("during");
    voxloop.reset();
    voxloop.track("after");
    expect((await events()).map(({ name, attributes }) => [name, attributes["user.id"]])).toEqual([
      ["before", undefined],
      ["vox.identified", "u-1"],
      ["during", "u-1"],
      ["after", undefined],
    ]);
  });

  test("the attributes of one call win over the client's and may name another user", async () => {
    const { voxloop, events } = open({ attributes: { branch: "a" } });
    voxloop.identify("u-1");
    voxloop.track("x", { branch: "b", "user.id": "u-2" });
    expect((await events()).at(-1)?.attributes).toMatchObject({ branch: "b", "user.id": "u-2" });
  });

  test("a screen is the place of the events after it, until a page is", async () => {
    const { voxloop, events } = open();
    voxloop.screen("transfer", { entry: "home" });
    voxloop.track("a");
    voxloop.page("https://bank.example.com/help/cards?q=4111111111111111#top");
    voxloop.track("b");
    const all = await events();
    expect(
      all.map(({ name, attributes }) => [name, attributes["app.screen.name"], attributes["url.path"]]),
    ).toEqual([
      ["vox.screen.viewed", "transfer", undefined],
      ["a", "transfer", undefined],
      ["vox.page.viewed", undefined, "/help/cards"],
      ["b", undefined, "/help/cards"],
    ]);
  });

  test("a captured error says its type, message, stack and causes, its code and what was shown", async () => {
    const { voxloop, events } = open();
    const error = new TypeError("limit exceeded", { cause: new Error("core bank said no") });
    voxloop.captureError(error, { code: "E7", shown: "Please try later", attributes: { try: 2 } });
    const [event] = await events();
    expect(event).toMatchObject({
      name: "exception",
      attributes: {
        "exception.type": "TypeError",
        "exception.message": "limit exceeded",
        "vox.error.code": "E7",
        "vox.error.shown": "Please try later",
        try: 2,
      },
    });
    expect(event?.attributes["exception.stacktrace"]).toMatch(
      /api\.test\.ts[^]*Caused by: Error: core bank said no/,
    );
  });

  test.each([
    ["text", "boom", { "exception.type": "Error", "exception.message": "boom" }],
    ["an object", { reason: "x" }, { "exception.type": "Error", "exception.message": '{"reason":"x"}' }],
    ["a number", 7, { "exception.message": "7" }],
  ])("%s that was thrown is captured too", async (_name, thrown, expected) => {
    const { voxloop, events } = open();
    voxloop.captureError(thrown);
    expect((await events())[0]?.attributes).toMatchObject(expected);
  });

  test("a transaction starts, steps and fails with its code, under one id", async () => {
    const { voxloop, events } = open();
    const transfer = voxloop.transaction("transfer", { currency: "CNY" });
    transfer.step("amount");
    transfer.step("confirm", { method: "face" });
    transfer.fail({ code: "E1042", shown: "Daily limit", error: new RangeError("limit") });
    const all = await events();
    const seen = all.map(({ name, attributes }) => [name, attributes["vox.step"], attributes["vox.outcome"]]);
    expect(seen).toEqual([
      ["vox.transaction", undefined, "started"],
      ["vox.step", "amount", undefined],
      ["vox.step", "confirm", undefined],
      ["vox.transaction", "confirm", "failed"],
    ]);
    for (const { attributes } of all) {
      expect(attributes).toMatchObject({
        "vox.flow": "transfer",
        "vox.transaction.id": transfer.id,
        currency: "CNY",
      });
    }
    expect(all.at(-1)?.attributes).toMatchObject({
      "vox.error.code": "E1042",
      "vox.error.shown": "Daily limit",
      "exception.type": "RangeError",
    });
  });

  test("a transaction ends once", async () => {
    const { voxloop, events } = open();
    const one = voxloop.transaction("pay");
    one.succeed();
    one.fail({ code: "late" });
    one.step("late");
    voxloop.transaction("pay").abandon({ reason: "back" });
    const outcomes = (await events()).map(({ attributes }) => attributes["vox.outcome"]);
    expect(outcomes).toEqual(["started", "succeeded", "started", "abandoned"]);
  });

  test("survey answers within the kind's range are sent, others are not", async () => {
    const { voxloop, events } = open();
    voxloop.answerSurvey({ surveyId: "s", kind: "nps", score: 0, flow: "transfer", comment: "太慢了" });
    voxloop.answerSurvey({ surveyId: "s", kind: "nps", score: 11 });
    voxloop.answerSurvey({ surveyId: "s", kind: "nps", score: 7.5 });
    voxloop.answerSurvey({ surveyId: "s", kind: "csat", score: 0 });
    voxloop.answerSurvey({ surveyId: "s", kind: "ces", score: 7 });
    voxloop.answerSurvey({ surveyId: "s", kind: "text" });
    voxloop.answerSurvey({ surveyId: "s", kind: "text", comment: "fine" });
    const answers = (await events()).filter(({ name }) => name === "vox.survey.answered");
    expect(answers.map(({ attributes }) => [attributes["vox.survey.kind"], attributes["vox.score"]])).toEqual(
      [
        ["nps", 0],
        ["ces", 7],
        ["text", undefined],
      ],
    );
    expect(answers[0]?.attributes).toMatchObject({
      "vox.survey.id": "s",
      "vox.flow": "transfer",
      "vox.comment": "太慢了",
    });
  });

  test("a search says what was looked for, found and chosen", async () => {
    const { voxloop, events } = open();
    voxloop.search({ query: "限额", results: 0 });
    voxloop.search({ query: "limit", results: 3, clicked: "faq-9" });
    expect((await events()).map(({ attributes }) => attributes)).toMatchObject([
      { "vox.search.query": "限额", "vox.search.results": 0 },
      { "vox.search.query": "limit", "vox.search.results": 3, "vox.search.clicked": "faq-9" },
    ]);
  });

  test("personal data in messages, comments and attributes does not leave", async () => {
    const { voxloop, events } = open();
    voxloop.captureError(new Error("card 4111 1111 1111 1111 of li.lei@example.com"));
    voxloop.answerSurvey({
      surveyId: "s",
      kind: "text",
      comment: "打我 13800138000，身份证 11010519491231002X",
    });
    voxloop.track("form", { accessToken: "abc", note: "call +44 20 7946 0958" });
    const text = JSON.stringify((await events()).map(({ attributes }) => attributes));
    for (const secret of ["4111 1111", "li.lei", "13800138000", "11010519491231002X", '"abc"', "7946"]) {
      expect(text).not.toContain(secret);
    }
    expect(text).toMatch(/\[card\].*\[email\].*\[phone\].*\[id\].*\[secret\].*\[phone\]/);
  });

  test("beforeSend changes an event, or keeps it from being sent; what it adds is redacted", async () => {
    const { voxloop, events } = open({
      beforeSend: (event) =>
        event.name === "private"
          ? null
          : { ...event, attributes: { ...event.attributes, owner: "a@b.example" } },
    });
    voxloop.track("private");
    voxloop.track("public");
    expect((await events()).map(({ name, attributes }) => [name, attributes["owner"]])).toEqual([
      ["public", "[email]"],
    ]);
  });

  test("an event whose beforeSend throws is dropped and reported", async () => {
    const { voxloop, memory } = open({
      beforeSend(event) {
        if (event.name === "odd") throw new Error("app bug");
        return event;
      },
    });
    voxloop.track("odd");
    voxloop.track("fine");
    await voxloop.flush();
    await voxloop.flush();
    expect(memory.events.map(({ name }) => name)).not.toContain("odd");
    expect(memory.events.at(-1)).toMatchObject({
      name: "vox.events.dropped",
      attributes: { "vox.drop.reason": "before_send", "vox.drop.count": 1 },
    });
  });

  test("with a clock of its own, events happen at its time and claim no time of sending", async () => {
    let now = new Date("2026-11-01T08:00:00.123Z");
    const { voxloop, events } = open({ now: () => now });
    voxloop.track("first");
    now = new Date("2026-11-03T08:00:00.456Z");
    voxloop.track("second");
    const all = await events();
    expect(all.map(({ time }) => new Date(time).toISOString())).toEqual([
      "2026-11-01T08:00:00.123Z",
      "2026-11-03T08:00:00.456Z",
    ]);
    for (const { attributes } of all) expect(attributes).not.toHaveProperty("vox.sent_at");
  });

  test("more events than a batch holds arrive in several requests, in order", async () => {
    const { voxloop, memory, events } = open({ maxBatchSize: 10 });
    for (let index = 0; index < 35; index++) voxloop.track("tick", { index });
    const all = await events();
    expect(all.map(({ attributes }) => attributes["index"])).toEqual(
      Array.from({ length: 35 }, (_, index) => index),
    );
    expect(memory.requests.length).toBeGreaterThanOrEqual(4);
  });

  test("without a flush a batch leaves after the interval", async () => {
    const { voxloop, memory } = open({ flushIntervalMs: 20 });
    voxloop.track("tick");
    await vi.waitFor(() => expect(memory.events.map(({ name }) => name)).toContain("tick"));
    await voxloop.shutdown();
  });

  test("what a server refuses for good is dropped and reported with the next delivery", async () => {
    const { voxloop, memory } = open();
    memory.answerNext({ status: 401 });
    voxloop.track("refused");
    await voxloop.flush();
    voxloop.track("accepted");
    await voxloop.flush();
    await voxloop.flush();
    expect(memory.events.map(({ name }) => name)).not.toContain("refused");
    expect(memory.events.at(-1)?.attributes["vox.drop.reason"]).toBe("http_401");
  });

  test("after a shutdown, which sends what waits, nothing is sent", async () => {
    const { voxloop, memory } = open();
    const transaction = voxloop.transaction("pay");
    await voxloop.shutdown();
    const sent = memory.events.length;
    expect(sent).toBeGreaterThan(0);
    voxloop.track("late");
    transaction.succeed();
    await voxloop.flush();
    await voxloop.shutdown();
    expect(memory.events.length).toBe(sent);
  });

  test("the calls work without their object", async () => {
    const { voxloop, events } = open();
    const { track, transaction } = voxloop;
    track("free");
    const { succeed } = transaction("pay");
    succeed();
    expect((await events()).map(({ name }) => name)).toEqual(["free", "vox.transaction", "vox.transaction"]);
  });

  test("wrong options give a client that does nothing, and one warning when debug is on", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const memory = createMemoryTransport();
    for (const debug of [false, true]) {
      const voxloop = init({
        ...OPTIONS,
        writeKey: "",
        endpoint: "ftp://x",
        transport: memory.transport,
        debug,
      });
      voxloop.track("x");
      voxloop.transaction("pay").fail();
      await voxloop.flush();
      await voxloop.shutdown();
    }
    expect(memory.requests).toEqual([]);
    expect(warn.mock.calls).toEqual([
      ["[voxloop] nothing will be sent, check the options writeKey, endpoint", ""],
    ]);
  });

  test.each([{ consent: "require" }, { persistence: "cookie" }, { beforeSend: 5 }, { ignoreErrors: "x" }])(
    "a client whose option is wrong, as in %o, does nothing",
    async (wrong) => {
      const { voxloop, memory } = open(wrong as never);
      voxloop.track("x");
      await voxloop.flush();
      expect(memory.requests).toEqual([]);
    },
  );

  test("a client that is not enabled does nothing and says nothing", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const { voxloop, memory } = open({ enabled: false, debug: true });
    voxloop.track("x");
    await voxloop.flush();
    expect([memory.requests, warn.mock.calls]).toEqual([[], []]);
  });

  test("before the consent that is required nothing is sent or kept", async () => {
    const { voxloop, events } = open({ consent: "required" });
    voxloop.track("early");
    expect(await events()).toEqual([]);
    voxloop.grantConsent();
    voxloop.track("agreed");
    voxloop.denyConsent();
    voxloop.track("late");
    voxloop.grantConsent();
    voxloop.track("again");
    expect((await events()).map(({ name }) => name).filter((name) => name !== "agreed")).toEqual(["again"]);
  });

  test("what is over the rate is dropped and counted, errors by a budget of their own", async () => {
    const { voxloop, memory } = open({ rateLimit: { eventsPerSecond: 0.001, burst: 3 } });
    for (let index = 0; index < 5; index++) voxloop.track("tick");
    for (let index = 0; index < 4; index++) voxloop.captureError(new Error("x"));
    await voxloop.flush();
    await voxloop.flush();
    const counts = ["tick", "exception"].map(
      (name) => memory.events.filter((event) => event.name === name).length,
    );
    expect(counts).toEqual([3, 3]);
    expect(memory.events.at(-1)?.attributes).toMatchObject({
      "vox.drop.reason": "rate_limited",
      "vox.drop.count": 3,
    });
  });

  test("a customer outside of the sample sends errors only, one inside sends all", async () => {
    for (const [sampleRate, expected] of [
      [shareOf("sample", "u-1"), ["exception"]],
      [shareOf("sample", "u-1") + 0.001, ["tick", "exception"]],
    ] as const) {
      const { voxloop, events } = open({ sampleRate });
      voxloop.identify("u-1");
      voxloop.track("tick");
      voxloop.captureError(new Error("x"));
      const names = (await events()).map(({ name }) => name);
      expect(names.filter((name) => name !== "vox.identified")).toEqual(expected);
    }
  });

  test("errors to ignore are not sent; the failure of a transaction is", async () => {
    const { voxloop, events } = open({ ignoreErrors: ["ResizeObserver loop", /^AbortError: /] });
    voxloop.captureError(new Error("ResizeObserver loop limit exceeded"));
    voxloop.captureError(new DOMException("stopped", "AbortError"));
    voxloop.captureError(new Error("real"));
    voxloop.transaction("pay").fail({ error: new DOMException("stopped", "AbortError") });
    expect((await events()).map(({ attributes }) => attributes["exception.message"])).toEqual([
      "real",
      undefined,
      "stopped",
    ]);
  });

  test("an error belongs to the one transaction that is open, and to none of two", async () => {
    const { voxloop, events } = open();
    const transfer = voxloop.transaction("transfer");
    transfer.step("confirm");
    voxloop.captureError(new Error("inside"));
    voxloop.track("no error");
    const other = voxloop.transaction("pay");
    voxloop.captureError(new Error("between"));
    transfer.succeed();
    voxloop.captureError(new Error("in the other"));
    other.abandon();
    voxloop.captureError(new Error("outside"));
    const all = await events();
    const flowOf = (text: string) =>
      all.find(({ attributes }) => attributes["exception.message"] === text)!.attributes;
    expect(flowOf("inside")).toMatchObject({
      "vox.flow": "transfer",
      "vox.step": "confirm",
      "vox.transaction.id": transfer.id,
    });
    expect(["between", "in the other", "outside"].map((text) => flowOf(text)["vox.flow"])).toEqual([
      undefined,
      "pay",
      undefined,
    ]);
    expect(all.find(({ name }) => name === "no error")?.attributes).not.toHaveProperty("vox.flow");
  });

  test("a transaction without an end is abandoned when its time is over", async () => {
    const { voxloop, events } = open();
    const transaction = voxloop.transaction("pay", { currency: "CNY" }, { timeoutMs: 5 });
    await vi.waitFor(async () => expect(await events()).toHaveLength(2));
    transaction.succeed();
    const all = await events();
    expect(all.map(({ attributes }) => attributes["vox.outcome"])).toEqual(["started", "abandoned"]);
    expect(all[1]?.attributes).toMatchObject({ "vox.transaction.id": transaction.id, currency: "CNY" });
  });

  test("requests to listed addresses carry the trace of the one open transaction, and its events say which", async () => {
    const { voxloop, memory } = open({
      tracePropagationTargets: ["https://api.bank.example", /^https:\/\/[a-z]+\.core\.example\//],
    });
    expect(voxloop.traceHeaders("https://api.bank.example/pay")).toEqual({});
    const transfer = voxloop.transaction("transfer");
    const traceId = transfer.id.replaceAll("-", "");
    expect(transfer.traceparent).toMatch(new RegExp(`^00-${traceId}-[\\da-f]{16}-01$`));
    for (const url of ["https://api.bank.example/pay?x", new URL("https://eu.core.example/")]) {
      expect(voxloop.traceHeaders(url)).toEqual({ traceparent: transfer.traceparent });
    }
    for (const url of ["https://api.bank.example.evil.example/", "https://other.example/", "http://"]) {
      expect(voxloop.traceHeaders(url)).toEqual({});
    }
    transfer.succeed();
    await voxloop.flush();
    const { logRecords } = JSON.parse(memory.requests[0]!).resourceLogs[0].scopeLogs[0];
    const traces = logRecords
      .filter(({ eventName }: { eventName: string }) => eventName === "vox.transaction")
      .map((record: { traceId: string; spanId: string }) => `00-${record.traceId}-${record.spanId}-01`);
    expect(traces).toEqual([transfer.traceparent, transfer.traceparent]);
  });

  test("ids keep the order of events within a millisecond", async () => {
    const { voxloop, events } = open({ now: () => new Date("2026-11-25T08:00:00Z"), rateLimit: undefined });
    for (let index = 0; index < 90; index++) voxloop.track("tick", { index });
    const ids = (await events()).map(({ attributes }) => String(attributes[ATTR.eventId]));
    expect(ids).toEqual(ids.toSorted());
  });

  test("a feature sees drafts and events, sends its own, and stops with the client; what it throws is its own end", async () => {
    const seen: string[] = [];
    let stops = 0;
    const feature: Feature = {
      name: "test",
      start({ onDraft, onEvent, emit }) {
        onDraft(({ name }) => (name === "draft" ? { "app.hint": "a@b.example" } : undefined));
        onDraft(() => {
          throw new Error("feature bug");
        });
        onEvent(({ name, attributes }) => void seen.push(`${name} ${attributes["app.hint"] ?? ""}`.trim()));
        emit("started", { from: "feature" });
        return () => void stops++;
      },
    };
    const broken: Feature = {
      name: "broken",
      start() {
        throw new Error("feature bug");
      },
    };
    const { voxloop, memory } = open({ features: [broken, feature] });
    voxloop.track("draft");
    await voxloop.shutdown();
    expect(seen.filter((name) => name !== "session.start")).toEqual(["started", "draft [email]"]);
    expect(memory.events.find(({ name }) => name === "started")?.attributes).toMatchObject({
      from: "feature",
    });
    expect(stops).toBe(1);
  });

  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error("trap");
      },
      ownKeys: () => {
        throw new Error("trap");
      },
    },
  );
  const garbage = fc.oneof(
    fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
    }),
    fc.constantFrom<unknown>(hostile, Symbol("s"), () => 1, NaN, Object.create(null), [hostile], {
      attributes: hostile,
    }),
  );

  test("init never throws, whatever it is given, and gives a client that works", () => {
    fc.assert(
      fc.property(garbage, (options) => {
        const voxloop = init(options as InitOptions);
        voxloop.track("x");
        voxloop.transaction("y").succeed();
      }),
      { numRuns: 200 },
    );
  });

  test("no call ever throws or rejects, whatever it is given", async () => {
    const { voxloop } = open({ maxQueueSize: 20 });
    const calls = [
      "identify",
      "screen",
      "page",
      "track",
      "captureError",
      "answerSurvey",
      "search",
      "setAttributes",
      "grantConsent",
      "reset",
    ] as const;
    const ends = ["step", "succeed", "fail", "abandon"] as const;
    await fc.assert(
      fc.asyncProperty(garbage, garbage, async (first, second) => {
        const args = [first, second] as [never, never];
        for (const name of calls)
          expect((voxloop[name] as (...args: unknown[]) => void)(...args)).toBeUndefined();
        for (const name of ends)
          voxloop.transaction(first as never, second as never, first as never)[name](...args);
        for (const name of ends) voxloop.transaction("flow")[name](...args);
        expect(voxloop.traceHeaders(first as never)).toEqual({});
        await voxloop.flush();
      }),
      { numRuns: 150 },
    );
    expect(voxloop.denyConsent()).toBeUndefined();
    await voxloop.shutdown();
    expect(voxloop.grantConsent()).toBeUndefined();
  });
});

describe("with the app's own events", () => {
  interface BankEvents {
    "loan.viewed": { amount: number; currency?: string };
    "app.opened": { cold?: boolean };
  }
  const { transport } = createMemoryTransport();

  test("an event's name and attributes are checked by the compiler", () => {
    const voxloop = initBrowser<BankEvents>({ ...OPTIONS, transport });
    voxloop.track("loan.viewed", { amount: 5 });
    voxloop.track("app.opened");
    voxloop.track("app.opened", { cold: true });
    // @ts-expect-error -- no such event
    voxloop.track("loan.seen", { amount: 5 });
    // @ts-expect-error -- the amount is missing
    voxloop.track("loan.viewed");
    // @ts-expect-error -- and is a number
    voxloop.track("loan.viewed", { amount: "5" });
    expectTypeOf(initBrowser(OPTIONS).track).toBeCallableWith("anything", { at: "all" });
  });
});
