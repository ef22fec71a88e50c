import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

interface Violation {
  id: string;
  nodes: { html: string }[];
}

/** Every page of the dashboard, wide and narrow, light and dark: no accessibility violation, nothing wider than the screen. */
export async function checkPages(
  page: Page,
  apiUrl: string,
  details: { issueId: string; fingerprint: string },
) {
  const axe = await readFile(AXE, "utf8");
  const paths = [
    "/",
    "/errors",
    `/errors/${details.fingerprint}`,
    "/funnels",
    "/experience?range=14d",
    "/pages",
    "/pages?tab=hidden&range=14d",
    "/pages?tab=unwanted&range=14d",
    "/pages/detail?page=home&range=14d",
    "/errors/hurting",
    "/paths",
    "/retention",
    "/voices",
    "/voices/import",
    "/issues",
    `/issues/${details.issueId}`,
    "/releases",
    "/releases/8.0.2?range=14d",
    "/search",
    "/segments",
    "/guidance",
    "/surveys",
    "/ingestion",
    "/settings",
    "/settings?tab=grouping",
    "/settings?tab=exports",
  ];
  const looks = [
    { width: 1440, height: 900, colorScheme: "light" },
    { width: 390, height: 844, colorScheme: "dark" },
  ] as const;
  for (const { width, height, colorScheme } of looks) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const path of paths) {
      await openPage(page, `${apiUrl}${path}`);
      await page.evaluate(axe);
      const found = await page.evaluate(
        "axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations)",
      );
      const violations = (found as Violation[]).map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
      expect(violations, `${path} at ${width} px, ${colorScheme}`).toEqual([]);
      const overflow = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      expect(overflow, `${path} is wider than ${width} px`).toBe(0);
    }
  }
}

/** Waits until nothing stands for what is still awaited; pages ask again by themselves, so that the network is never idle for long. */
async function openPage(page: Page, url: string): Promise<void> {
  await page.goto(url, { waitUntil: "load" });
  await page.waitForSelector("main h1, #content h1");
  const waiting = () => page.locator("section:has(.bone) h2, .kpi:has(.bone) .label").allTextContents();
  await expect.poll(waiting, { timeout: 60_000, message: url }).toEqual([]);
}
