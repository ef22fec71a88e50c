import { expect, test } from "vitest";
import { addUserAgent } from "./user-agent.ts";

const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";

function describe(userAgent: string, told: Record<string, string> = {}): string {
  const texts = new Map(Object.entries(told));
  addUserAgent(texts, userAgent);
  const names = ["browser.name", "browser.version", "os.name", "os.version"];
  return names.map((name) => texts.get(name) ?? "-").join(" ");
}

test.each([
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36`,
    "Chrome 142.0.0.0 Windows 10",
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.1.2`,
    "Edge 142.0.1.2 Windows 10",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Version/18.6 Mobile/15E148 Safari/604.1",
    "Safari 18.6 iOS 18.6",
  ],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15",
    "Safari 26.0 macOS 10.15.7",
  ],
  [
    `Mozilla/5.0 (Linux; Android 15; V2301A) ${WEBKIT} Version/4.0 Chrome/130.0 Mobile Safari/537.36 MicroMessenger/8.0.56`,
    "WeChat 8.0.56 Android 15",
  ],
  [
    `Mozilla/5.0 (Linux; Android 13; M2102J2SC) ${WEBKIT} Version/4.0 Chrome/103.0.5060.129 Mobile Safari/537.36 AliApp(AP/10.3.80.9100) AlipayClient/10.3.80.9100`,
    "Alipay 10.3.80.9100 Android 13",
  ],
  [`Mozilla/5.0 (Phone; OpenHarmony 5.0) ${WEBKIT} Chrome/114.0 Safari/537.36`, "Chrome 114.0 HarmonyOS 5.0"],
  [
    `Mozilla/5.0 (Linux; Android 10; HarmonyOS; NOH-AN00) ${WEBKIT} Chrome/92.0.4515.105 Mobile Safari/537.36`,
    "Chrome 92.0.4515.105 HarmonyOS -",
  ],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox 145.0 Linux -"],
])("%s is %s", (userAgent, expected) => {
  expect(describe(userAgent)).toBe(expected);
});

test("no user agent, and one that says nothing, add nothing", () => {
  expect(describe("")).toBe("- - - -");
  expect(describe("Mozilla/5.0")).toBe("- - - -");
});

test("what the event says of itself stands", () => {
  const phone = `Mozilla/5.0 (Linux; Android 15; V2301A) ${WEBKIT} Chrome/130.0 Mobile Safari/537.36`;
  expect(describe(phone, { "os.name": "HarmonyOS" })).toBe("Chrome 130.0 HarmonyOS -");
  expect(describe(phone, { "browser.name": "BankView" })).toBe("BankView - Android 15");
});
