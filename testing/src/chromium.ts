import { findCommand } from "./install.ts";

/** Path of Debian's Chromium, installed if it can be; its fonts draw Chinese. Undefined means: skip. */
export function findChromium(): Promise<string | undefined> {
  return findCommand({
    names: ["chromium", "chromium-browser", "google-chrome"],
    packages: ["chromium", "fonts-noto-cjk"],
  });
}
