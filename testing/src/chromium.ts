import { findCommand } from "./install.ts";

/** Path of Debian's Chromium, installed if it can be; its fonts draw Chinese. Undefined means: skip. */
export function findChromium(): Promise<string | undefined> {
  return findCommand({
    names: ["chromium", "chromium-browser", "google-chrome"],
    packages: ["chromium", "fonts-noto-cjk"],
  });
}

/** Root cannot use the sandbox, and a closed network must not be asked for the browser maker's servers. */
export const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
