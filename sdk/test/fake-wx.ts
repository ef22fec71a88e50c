// oxlint-disable-next-line typescript/triple-slash-reference -- an import would bring the globals of WeChat into all files
/// <reference path="../node_modules/miniprogram-api-typings/types/wx/lib.wx.api.d.ts" />
import type { Wx } from "../src/mini-program/wx.ts";

type RealWx = WechatMiniprogram.Wx;
/** What the SDK asks of `wx` is what the published typings say there is. */
type Fits<Given extends Wanted, Wanted> = Given;
export type RealWxFits = Fits<Pick<RealWx, Exclude<keyof Wx, "request">>, Omit<Wx, "request">>;

type Faked = Pick<RealWx, Extract<keyof Wx, keyof RealWx>>;

export interface Reply {
  statusCode: number;
  header?: Record<string, string>;
  data?: object;
}

/** WeChat in a few lines: storage with its limits, requests with its errors, events and pages. */
export interface FakeWx {
  wx: Faked;
  /** Bodies of all requests that reached the network. */
  bodies: string[];
  storage: Map<string, string>;
  /** The next request is answered so, or fails with this message. Repeated calls line up. */
  answerNext: (reply: Reply | string) => void;
  isOnline: boolean;
  /** Hosts that requests may go to. */
  domains: string[];
  fire: (name: string, event?: unknown) => void;
  /** What an app file calls, and the pages that it has made, by route. */
  Page: (options: Record<string, unknown>) => void;
  Component: (options: { methods?: Record<string, unknown> }) => void;
  /** WeChat opens what was registered last. */
  open: (route: string, query?: Record<string, string>) => void;
}

const KEY_BYTES = 1_048_576;
const TOTAL_BYTES = 10 * KEY_BYTES;

// oxlint-disable-next-line max-lines-per-function -- one phone
export function createFakeWx(storage = new Map<string, string>()): FakeWx {
  const listeners = new Map<string, Set<(event: unknown) => void>>();
  const replies: (Reply | string)[] = [];
  let registered: Record<string, unknown> = {};

  const fake: FakeWx = {
    bodies: [],
    storage,
    isOnline: true,
    domains: ["https://voxloop.example.com"],
    answerNext: (reply) => void replies.push(reply),
    fire: (name, event = {}) => listeners.get(name)?.forEach((listener) => listener(event)),
    Page: (options) => void (registered = options),
    Component: (options) => void (registered = options.methods ?? {}),
    open(route, query = {}) {
      const page = { ...registered, route, options: query };
      for (const [name, args] of [
        ["onLoad", [query]],
        ["onShow", []],
      ] as const) {
        const hook = registered[name];
        if (typeof hook === "function") hook.apply(page, args);
      }
    },
    wx: {} as Faked,
  };
  const on = (name: string) => (listener: (event: never) => void) => {
    const set = listeners.get(name) ?? new Set();
    listeners.set(name, set.add(listener as (event: unknown) => void));
  };
  const off = (name: string) => (listener?: (event: never) => void) =>
    listener
      ? void listeners.get(name)?.delete(listener as (event: unknown) => void)
      : listeners.delete(name);

  const names = ["AppShow", "AppHide", "Error", "UnhandledRejection", "PageNotFound", "NetworkStatusChange"];
  for (const name of names) Object.assign(fake.wx, { [`on${name}`]: on(name), [`off${name}`]: off(name) });
  Object.assign(fake.wx, {
    ...storageOf(storage),
    request: (option: WechatMiniprogram.RequestOption) => requestOf(fake, replies, option),
    getAccountInfoSync: () => ({
      miniProgram: { appId: "wx0123456789abcdef", envVersion: "release", version: "8.0.3" },
      plugin: {} as WechatMiniprogram.AccountInfo["plugin"],
    }),
    getDeviceInfo: () => ({ model: "iPhone 15 Pro", platform: "ios", system: "iOS 18.1", brand: "iPhone" }),
    getNetworkType: ({ success }: { success?: (result: object) => void } = {}) =>
      queueMicrotask(() => success?.({ networkType: "5g", errMsg: "getNetworkType:ok" })),
  });
  return fake;
}

function storageOf(storage: Map<string, string>): Partial<Faked> {
  return {
    // Missing keys are an empty text, and what is stored is kept with its type.
    getStorageSync: (key: string) => (storage.has(key) ? JSON.parse(storage.get(key)!) : ""),
    setStorageSync(key: string, data: unknown) {
      const text = JSON.stringify(data);
      if (Buffer.byteLength(text) > KEY_BYTES)
        throw new Error("setStorageSync:fail entry size limit reached");
      const total = [...storage.values()].reduce((sum, value) => sum + Buffer.byteLength(value), 0);
      if (total + Buffer.byteLength(text) > TOTAL_BYTES)
        throw new Error("setStorageSync:fail size limit reached");
      storage.set(key, text);
    },
    removeStorageSync: (key: string) => void storage.delete(key),
    getStorageInfoSync: () => ({ keys: [...storage.keys()], currentSize: 0, limitSize: 10_240 }),
  };
}

function requestOf(
  fake: FakeWx,
  replies: (Reply | string)[],
  { url, data, dataType, success, fail }: WechatMiniprogram.RequestOption,
): WechatMiniprogram.RequestTask {
  const failWith = (errMsg: string): void =>
    void setTimeout(() => fail?.({ errMsg, errno: 600_000 } as WechatMiniprogram.RequestFailCallbackErr));
  const reply = replies.shift() ?? { statusCode: 200 };
  if (!fake.domains.includes(/^https?:\/\/[^/]+/.exec(url)?.[0] ?? ""))
    failWith("request:fail url not in domain list");
  else if (!fake.isOnline) failWith("request:fail net::ERR_INTERNET_DISCONNECTED");
  else if (typeof reply === "string") failWith(reply);
  else {
    fake.bodies.push(String(data));
    const { statusCode, header = {}, data: answer = {} } = reply;
    const body = dataType === "json" ? answer : JSON.stringify(answer);
    const result = { statusCode, header, data: body, errMsg: "request:ok", cookies: [] };
    setTimeout(() => success?.(result as unknown as WechatMiniprogram.RequestSuccessCallbackResult));
  }
  return { abort: () => undefined } as unknown as WechatMiniprogram.RequestTask;
}
