import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@voxloop/testing";
import { afterAll, describe, test } from "vitest";
import { checkMetrics, checkStop } from "./check-operations.ts";
import { checkPages } from "./check-pages.ts";
import { launchChromium } from "./browser.ts";
import { meetPrompts } from "./meet-prompts.ts";
import { startVoxloop } from "./voxloop-process.ts";
import { openDashboard, walkTheLoop } from "./walk-the-loop.ts";

const browser = await launchChromium();
const dataDir = await mkdtemp(join(tmpdir(), "voxloop-loop-"));
const ADMIN = { email: "pm@bank.example", password: "a long enough password" };

afterAll(async () => {
  await browser?.close();
  await rm(dataDir, { recursive: true, force: true });
});

describe.skipIf(browser === undefined)("one process", () => {
  test(
    "a problem goes round the loop to a verified fix, prompts help and ask, every page on the way is accessible, and the end is clean",
    { timeout: 420_000 },
    async () => {
      if (browser === undefined) return;
      const voxloop = await startVoxloop({
        port: await freePort(),
        args: ["--demo-bank"],
        env: {
          VOXLOOP_DATA_DIR: dataDir,
          VOXLOOP_ADMIN_EMAIL: ADMIN.email,
          VOXLOOP_ADMIN_PASSWORD: ADMIN.password,
        },
      });
      try {
        const site = {
          apiUrl: voxloop.url,
          collectorUrl: voxloop.url,
          bankUrl: `${voxloop.url}/demo/`,
          adminEmail: ADMIN.email,
          adminPassword: ADMIN.password,
        };
        const details = await walkTheLoop(browser, site);
        await meetPrompts(browser, site);
        await checkPages(await openDashboard(browser, site), voxloop.url, details);
        await checkMetrics(voxloop.url, ["collector", "worker", "api"]);
        await checkStop(voxloop);
      } finally {
        await voxloop.stop();
      }
    },
  );
});
