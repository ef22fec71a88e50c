import { ATTR } from "@voxloop/contract";
import { parse } from "bowser";
import { BoundedMap } from "../bounded-map.ts";

const known = new BoundedMap<Map<string, string>>(1_000);
const LENGTH_MAX = 512;

/** Adds the browser and the operating system that a user agent tells of, each where the event itself says nothing of it. */
export function addUserAgent(texts: Map<string, string>, userAgent: string): void {
  if (userAgent === "") return;
  const hasBrowser = texts.has(ATTR.browserName);
  const hasSystem = texts.has(ATTR.osName);
  if (hasBrowser && hasSystem) return;
  for (const [name, text] of read(userAgent.slice(0, LENGTH_MAX))) {
    const isTold = name.startsWith("browser.") ? hasBrowser : hasSystem;
    if (!isTold) texts.set(name, text);
  }
}

function read(userAgent: string): ReadonlyMap<string, string> {
  const found = known.get(userAgent);
  if (found !== undefined) return found;
  const { browser, os } = parse(userAgent);
  const [app] = APPS.filter(([, pattern]) => pattern.test(userAgent));
  const isHarmony = /\bHarmonyOS\b/.test(userAgent);
  const texts = new Map(
    [
      [ATTR.browserName, app?.[0] ?? NAMES[browser.name ?? ""] ?? browser.name],
      [ATTR.browserVersion, app === undefined ? browser.version : app[1].exec(userAgent)?.[1]],
      // Before HarmonyOS 5 it says that it is an Android as well, of a version that means nothing.
      [ATTR.osName, isHarmony ? "HarmonyOS" : os.name],
      [ATTR.osVersion, isHarmony && os.name === "Android" ? undefined : (os.versionName ?? os.version)],
    ].filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== ""),
  );
  if (os.name === "macOS" && os.version !== undefined) texts.set(ATTR.osVersion, os.version);
  known.set(userAgent, texts);
  return texts;
}

/** Apps that show pages in a browser of their own, which the library does not know. */
const APPS: readonly (readonly [name: string, version: RegExp])[] = [
  ["Alipay", /AlipayClient\/([\d.]+)/],
  ["DingTalk", /DingTalk\/([\d.]+)/],
];

/** Short names, as semantic conventions spell them in their examples. */
const NAMES: Record<string, string> = { "Microsoft Edge": "Edge" };
