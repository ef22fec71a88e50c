import { CHROMIUM_ARGS, findChromium } from "@voxloop/testing";
import { chromium, type Browser } from "playwright-core";

/** Debian's Chromium, told not to look for its maker's servers; undefined when there is none and none is required. */
export async function launchChromium(): Promise<Browser | undefined> {
  const executablePath = await findChromium();
  if (executablePath === undefined) return undefined;
  return chromium.launch({ executablePath, args: CHROMIUM_ARGS });
}
