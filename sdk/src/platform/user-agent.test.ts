import { expect, test } from "vitest";
import { readUserAgent } from "./user-agent.ts";

const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";

test.each([
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36`,
    "Chrome 142.0.0.0, Windows 10.0",
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.1.2`,
    "Edge 142.0.1.2, Windows 10.0",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Version/18.6 Mobile/15E148 Safari/604.1",
    "Safari 18.6, iOS 18.6",
  ],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15",
    "Safari 26.0, macOS 10.15.7",
  ],
  [
    `Mozilla/5.0 (Linux; Android 15; V2301A) ${WEBKIT} Version/4.0 Chrome/130.0 Mobile Safari/537.36 MicroMessenger/8.0.56`,
    "WeChat 8.0.56, Android 15",
  ],
  [
    `Mozilla/5.0 (Phone; OpenHarmony 5.0) ${WEBKIT} Chrome/114.0 Safari/537.36`,
    "Chrome 114.0, HarmonyOS 5.0",
  ],
  [
    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "Firefox 145.0, Linux undefined",
  ],
])("%s is %#", (userAgent, expected) => {
  const read = readUserAgent(userAgent);
  const [browser, os] = ["browser", "os"].map((part) => `${read[`${part}.name`]} ${read[`${part}.version`]}`);
  expect(`${browser}, ${os}`).toBe(expected);
});

test("an unknown user agent says nothing", () => {
  expect(readUserAgent("curl/8")).toEqual({});
});
