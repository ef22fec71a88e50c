import { ATTR } from "@voxloop/contract";
import { tryOut } from "./store.ts";
import type { Wx } from "./wx.ts";

const SYSTEMS: Record<string, string> = {
  ios: "iOS",
  android: "Android",
  ohos: "HarmonyOS",
  ohos_pc: "HarmonyOS",
  windows: "Windows",
  mac: "macOS",
};

/** The phone, as far as it is the same for many: no id of it. */
export function describeDevice(wx: Wx): Record<string, string | undefined> {
  const device = tryOut(() => wx.getDeviceInfo?.());
  if (!device) return {};
  const { model, platform, system } = device;
  return {
    [ATTR.deviceModel]: model,
    [ATTR.osName]: SYSTEMS[platform] ?? platform,
    [ATTR.osVersion]: /[\d.]+/.exec(system ?? "")?.[0],
  };
}

const ENVIRONMENTS: Record<string, string> = {
  develop: "development",
  trial: "trial",
  release: "production",
};

/** What WeChat knows of the running version; development and trial versions have no number. */
export function describeAccount(wx: Wx): { release: string; environment: string } {
  const { version, envVersion = "release" } = tryOut(() => wx.getAccountInfoSync?.())?.miniProgram ?? {};
  return { release: version || envVersion, environment: ENVIRONMENTS[envVersion] ?? envVersion };
}

/** `network.connection.type` of OpenTelemetry. */
export function connectionOf(networkType: string): string {
  if (networkType === "wifi" || networkType === "unknown") return networkType;
  if (networkType === "none") return "unavailable";
  return /^\dg$/.test(networkType) ? "cell" : "unknown";
}
