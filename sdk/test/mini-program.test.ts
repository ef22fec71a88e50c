import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { init, type InitOptions } from "../src/mini-program/index.ts";
import type { Voxloop } from "../src/mini-program/index.ts";
import { decodeRequest } from "../src/testing.ts";
import { createFakeWx, type FakeWx } from "./fake-wx.ts";

const OPTIONS = { writeKey: "vxk_wx", endpoint: "https://voxloop.example.com", service: "bank-mini" };

let fake: FakeWx;
let voxloop: Voxloop | undefined;

function start(options: Partial<InitOptions> = {}, phone = createFakeWx()): void {
  fake = phone;
  Object.assign(globalThis, { wx: fake.wx, Page: fake.Page, Component: fake.Component });
  voxloop = init({ ...OPTIONS, ...options });
}

const sent = (): ReturnType<typeof decodeRequest> => fake.bodies.flatMap(decodeRequest);
const names = (): string[] => sent().map(({ name }) => name);

beforeEach(() => start());
afterEach(async () => {
  await voxloop?.shutdown();
  for (const name of ["wx", "Page", "Component"]) Reflect.deleteProperty(globalThis, name);
});

test("an event says who, which version on which phone, and that it is WeChat", async () => {
  voxloop?.track("loan.viewed", { amount: 5 });
  await voxloop?.flush();
  expect(sent()).toMatchObject([
    { name: "session.start" },
    {
      name: "loan.viewed",
      attributes: {
        amount: 5,
        "vox.channel": "wechat",
        "service.name": "bank-mini",
        "service.version": "8.0.3",
        "deployment.environment.name": "production",
        "device.model.identifier": "iPhone 15 Pro",
        "os.name": "iOS",
        "os.version": "18.1",
        "network.connection.type": "cell",
        "app.installation.id": expect.any(String) as string,
        "session.id": expect.any(String) as string,
        "vox.sent_at": expect.any(Number) as number,
      },
    },
  ]);
});

test("the installation is the same at the next start, and nobody's after a reset", async () => {
  voxloop?.track("a");
  await voxloop?.flush();
  const before = sent().at(-1)?.attributes["app.installation.id"];
  start({}, createFakeWx(fake.storage));
  voxloop?.track("b");
  await voxloop?.flush();
  expect(sent().at(-1)?.attributes["app.installation.id"]).toBe(before);
  voxloop?.reset();
  voxloop?.track("c");
  await voxloop?.flush();
  expect(sent().at(-1)?.attributes["app.installation.id"]).not.toBe(before);
});

describe("by itself", () => {
  test("pages of Page and of Component are screens, without their query, and keep their own hooks", async () => {
    const calls: unknown[] = [];
    const { Page, Component } = globalThis as unknown as FakeWx;
    Page({
      onLoad: (query: unknown) => calls.push(query),
      onShow(this: { route: string }) {
        calls.push(this.route);
      },
    });
    fake.open("pages/transfer/index", { card: "6222020200112233445" });
    voxloop?.track("inside");
    Component({ methods: { onShow: () => calls.push("component") } });
    fake.open("pages/loan/index");
    await voxloop?.flush();
    expect(calls).toEqual([{ card: "6222020200112233445" }, "pages/transfer/index", "component"]);
    expect(
      sent()
        .slice(1)
        .map(({ name, attributes }) => [name, attributes["app.screen.name"]]),
    ).toEqual([
      ["vox.screen.viewed", "pages/transfer/index"],
      ["inside", "pages/transfer/index"],
      ["vox.screen.viewed", "pages/loan/index"],
    ]);
    expect(fake.bodies.join("")).not.toContain("6222020200112233445");
  });

  test("errors, rejections and pages that are not there are reported", async () => {
    fake.fire(
      "Error",
      "MiniProgramError\nTypeError: Cannot read property 'id' of null\n    at pages/pay.js:7:3",
    );
    fake.fire("UnhandledRejection", { reason: new RangeError("too much"), promise: Promise.resolve() });
    fake.fire("Error", { message: "ReferenceError: pay is not defined\n    at pages/pay.js:9:1" });
    fake.fire("UnhandledRejection", { reason: "just text" });
    fake.fire("PageNotFound", { path: "pages/gone/index?token=1", query: {}, isEntryPage: true });
    await voxloop?.flush();
    expect(
      sent()
        .slice(1)
        .map(({ attributes }) => [
          attributes["exception.type"],
          attributes["exception.message"],
          attributes["vox.error.origin"],
        ]),
    ).toEqual([
      ["TypeError", "Cannot read property 'id' of null", "uncaught"],
      ["RangeError", "too much", "rejection"],
      ["ReferenceError", "pay is not defined", "uncaught"],
      ["Error", "just text", "rejection"],
      ["PageNotFound", "no page pages/gone/index", "uncaught"],
    ]);
    expect(sent()[1]?.attributes["exception.stacktrace"]).toContain("pages/pay.js:7:3");
  });

  test("nothing is captured where the app does not want it, or after shutdown", async () => {
    await voxloop?.shutdown();
    fake.fire("Error", "Error: after shutdown");
    start({ capture: false });
    fake.fire("Error", "Error: not wanted");
    (globalThis as unknown as FakeWx).Page({});
    fake.open("pages/home/index");
    await voxloop?.flush();
    expect(names()).toEqual([]);
  });
});

describe("with a poor network", () => {
  test("events made offline outlive the mini-program, and are sent once by the next start", async () => {
    fake.isOnline = false;
    voxloop?.track("made.offline");
    voxloop?.transaction("transfer");
    await voxloop?.flush();
    fake.fire("AppHide");
    expect(fake.bodies).toEqual([]);
    // WeChat has killed it; the phone has a network again.
    start({}, createFakeWx(fake.storage));
    await voxloop?.flush();
    await voxloop?.flush();
    const outcomes = sent().map(({ name, attributes }) => attributes["vox.outcome"] ?? name);
    expect(outcomes).toEqual(["session.start", "made.offline", "started", "abandoned"]);
    fake.fire("AppHide");
    start({}, createFakeWx(fake.storage));
    await voxloop?.flush();
    expect(names()).toEqual([]);
  });

  test("a mini-program that comes back goes on where it was", async () => {
    const transfer = voxloop?.transaction("transfer");
    fake.fire("AppHide");
    fake.fire("AppShow");
    transfer?.succeed();
    await voxloop?.flush();
    fake.fire("AppHide");
    expect(
      sent()
        .slice(1)
        .map(({ attributes }) => attributes["vox.outcome"]),
    ).toEqual(["started", "succeeded"]);
    expect([...fake.storage.keys()]).not.toContain("voxloop.queue");
  });

  test("a network that is back, or a server that names a time, is heard", async () => {
    fake.isOnline = false;
    voxloop?.track("a");
    await voxloop?.flush();
    fake.isOnline = true;
    fake.answerNext({ statusCode: 503, header: { "Retry-After": "0" } });
    fake.fire("NetworkStatusChange", { isConnected: true, networkType: "wifi" });
    await vi.waitFor(() => expect(fake.bodies).toHaveLength(2));
    expect(fake.bodies[1]).toContain('"a"');
  });

  test("a host that WeChat does not allow is named, with what to do", async () => {
    const warnings = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    start({ endpoint: "https://elsewhere.example.com", debug: true });
    voxloop?.track("a");
    await voxloop?.flush();
    expect(warnings.mock.calls.flat().join("\n")).toMatch(
      /refuses requests to https:\/\/elsewhere.*request 合法域名/,
    );
    warnings.mockRestore();
  });

  test("more than the storage takes keeps errors and the newest", async () => {
    fake.isOnline = false;
    start({ rateLimit: undefined }, fake);
    voxloop?.captureError(new Error("kept"));
    for (let index = 0; index < 900; index++) voxloop?.track("tick", { index, text: "转账失败".repeat(40) });
    await voxloop?.flush();
    fake.fire("AppHide");
    start({}, createFakeWx(fake.storage));
    await voxloop?.flush();
    const left = sent();
    expect(left.map(({ name }) => name)).toContain("exception");
    expect(left.filter(({ name }) => name === "tick").at(-1)?.attributes["index"]).toBe(899);
    expect(left.length).toBeLessThan(800);
  });
});

describe("what the customer allows", () => {
  test("before a consent that is required nothing is asked, stored or sent", async () => {
    start({ consent: "required" });
    voxloop?.track("a");
    fake.fire("Error", "Error: before consent");
    fake.fire("AppHide");
    await voxloop?.flush();
    expect([fake.bodies, fake.storage.size]).toEqual([[], 0]);
    voxloop?.grantConsent();
    voxloop?.track("b");
    await voxloop?.flush();
    expect(names()).toEqual(["session.start", "b"]);
    voxloop?.denyConsent();
    expect([...fake.storage.keys()].filter((key) => key !== "voxloop.consent")).toEqual([]);
  });

  test("outside of WeChat, or where its storage is full, the app goes on", async () => {
    const full = createFakeWx();
    full.wx.setStorageSync = () => {
      throw new Error("setStorageSync:fail size limit reached");
    };
    start({}, full);
    voxloop?.track("a");
    await voxloop?.flush();
    expect(names()).toContain("a");
    await voxloop?.shutdown();
    Reflect.deleteProperty(globalThis, "wx");
    voxloop = init(OPTIONS);
    voxloop.track("b");
    await voxloop.flush();
  });
});

test("requests to listed addresses carry the trace of the open transaction, without the URL that WeChat has not", () => {
  start({ tracePropagationTargets: ["https://api.bank.com", "https://files.bank.com/in/"] });
  const transaction = voxloop!.transaction("transfer");
  vi.stubGlobal("URL", undefined);
  const hasTrace = (url: string): boolean =>
    voxloop!.traceHeaders(url).traceparent === transaction.traceparent;
  const listed = ["https://api.bank.com", "https://api.bank.com/pay?id=1", "https://files.bank.com/in/a"];
  const others = [
    "https://api.bank.com.evil.com/pay",
    "https://api.bank.com@evil.com/",
    "https://api.bank.com:8443/pay",
    "https://files.bank.com/out",
    "http://api.bank.com/pay",
  ];
  const found = [...listed, ...others].filter(hasTrace);
  vi.unstubAllGlobals();
  expect(found).toEqual(listed);
});
