/** What the SDK uses of WeChat's `wx`. What old base libraries do not have may be missing. */
export interface Wx {
  request: (options: RequestOption) => unknown;
  getStorageSync: (key: string) => unknown;
  setStorageSync: (key: string, data: string) => void;
  removeStorageSync: (key: string) => void;
  getStorageInfoSync: () => { keys: string[] };
  getAccountInfoSync?: () => { miniProgram: { appId: string; envVersion?: string; version?: string } };
  getDeviceInfo?: () => { model: string; platform: string; system: string };
  getNetworkType?: (option: { success: (result: { networkType: string }) => void }) => unknown;
  onNetworkStatusChange?: Listen<{ isConnected: boolean; networkType: string }>;
  offNetworkStatusChange?: (listener: never) => void;
  onAppShow?: Listen<unknown>;
  offAppShow?: (listener: never) => void;
  onAppHide?: Listen<unknown>;
  offAppHide?: (listener: never) => void;
  onError?: Listen<WxError>;
  offError?: (listener: never) => void;
  onUnhandledRejection?: Listen<{ reason: unknown }>;
  offUnhandledRejection?: (listener: never) => void;
  onPageNotFound?: Listen<{ path: string }>;
  offPageNotFound?: (listener: never) => void;
}

/** An object by the published typings, text in many base libraries; either way with the stack in it. */
export type WxError = string | { message: string };

type Listen<Event> = (listener: (event: Event) => void) => void;

export interface RequestOption {
  url: string;
  method: "POST";
  data: string;
  header: Record<string, string>;
  dataType: "json";
  timeout: number;
  success: (result: { statusCode: number; header: object; data: unknown }) => void;
  fail: (result: { errMsg: string }) => void;
}

/** Events by their names after `on` and `off`. */
interface Events {
  AppShow: unknown;
  AppHide: unknown;
  Error: WxError;
  UnhandledRejection: { reason: unknown };
  PageNotFound: { path: string };
  NetworkStatusChange: { isConnected: boolean; networkType: string };
}

/** Listens where the base library has the event; gives how to stop. */
export function listenTo<Name extends keyof Events>(
  wx: Wx,
  name: Name,
  listener: (event: Events[Name]) => void,
): () => void {
  const { [`on${name}`]: on, [`off${name}`]: off } = wx as unknown as Record<string, Listen<Events[Name]>>;
  on?.(listener);
  return () => off?.(listener);
}
