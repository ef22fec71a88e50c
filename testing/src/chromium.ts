import { findCommand } from "./install.ts";

/**
 * Path of a Chromium for tests, installed if it can be; its fonts draw Chinese. Undefined means: skip. The shell without a
 * window comes first: a context of the whole browser opens a window with pages of the browser's own, which costs three times the CPU.
 */
export async function findChromium(): Promise<string | undefined> {
  const shell = { names: ["chromium-headless-shell"], packages: ["chromium-headless-shell", FONTS] };
  return (await findCommand({ ...shell, isOptional: true })) ?? findWholeChromium();
}

/** Path of the browser as people have it, whose back/forward cache keeps more pages than the shell's. */
export function findWholeChromium(): Promise<string | undefined> {
  return findCommand({
    names: ["chromium", "chromium-browser", "google-chrome"],
    packages: ["chromium", FONTS],
  });
}

const FONTS = "fonts-noto-cjk";

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
