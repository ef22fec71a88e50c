import type { Voxloop } from "@voxloop/sdk";
import { CHROMIUM_ARGS, findChromium } from "@voxloop/testing";
import { chromium, type Browser, type CDPSession, type Page } from "playwright-core";
import { serve } from "./sink.ts";

declare global {
  var client: Voxloop;
}

export interface PageCosts {
  /** Median microseconds of the main thread that one `track` takes. */
  trackMicroseconds: number;
  /** Longest task of the main thread, in milliseconds, of a page that tracks 1,000 events, and of the same page that tracks none. */
  longestTaskMs: number;
  longestTaskWithoutMs: number;
  /** Bytes of the JavaScript heap after a collection. */
  heapAfter10k: number;
  heapAfter100k: number;
}

/** What the client costs a page in a real Chromium; `script` leaves `sdk` behind. */
export async function measurePage(script: string): Promise<PageCosts> {
  const executablePath = await findChromium();
  if (!executablePath) throw new Error("there is no Chromium");
  const start = `globalThis.client=sdk.init({writeKey:"vxk_bench",endpoint:location.origin,service:"bench",release:"1.0.0",environment:"bench",rateLimit:{eventsPerSecond:1e9},features:[sdk.offlineQueue()]});`;
  const server = await serve(`<!doctype html><title>Bench</title><script>${script};${start}</script>`);
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
  try {
    return {
      trackMicroseconds: await onPage(browser, server.url, timeTrack),
      longestTaskMs: await onPage(browser, server.url, (page) => longestTask(browser, page, 1_000)),
      longestTaskWithoutMs: await onPage(browser, server.url, (page) => longestTask(browser, page, 0)),
      ...(await onPage(browser, server.url, heaps)),
    };
  } finally {
    await browser.close();
    await server.close();
  }
}

async function onPage<Result>(
  browser: Browser,
  url: string,
  measure: (page: Page) => Promise<Result>,
): Promise<Result> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  try {
    return await measure(page);
  } finally {
    await context.close();
  }
}

/** The median over 400 rounds of 25 calls: the clock of a page is coarse. Between rounds the page does what else it has to. */
function timeTrack(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const rounds: number[] = [];
    for (let round = 0; round < 400; round++) {
      const from = performance.now();
      for (let index = 0; index < 25; index++) client.track("tick", { index, screen: "home", amount: 12.5 });
      rounds.push(((performance.now() - from) * 1_000) / 25);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return rounds.toSorted((a, b) => a - b)[200] ?? NaN;
  });
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds that the thread ran, whatever else the machine did. */
  tdur?: number;
  args?: { name?: string };
}

/** Tracks the events ten at a time, as fast as timers go, and takes the longest task from the browser's own trace. */
async function longestTask(browser: Browser, page: Page, events: number): Promise<number> {
  await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline", "__metadata"] });
  await page.evaluate(async (count) => {
    for (let sent = 0; sent < count || sent < 10; sent += 10) {
      for (let index = 0; index < Math.min(10, count); index++)
        client.track("tick", { index, screen: "home" });
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await client.flush();
  }, events);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[];
  };
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid }) => ph === "X" && name.endsWith("RunTask") && mains.has(`${pid}/${tid}`),
  );
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur / 1_000));
}

async function heaps(page: Page): Promise<Pick<PageCosts, "heapAfter10k" | "heapAfter100k">> {
  const devtools = await page.context().newCDPSession(page);
  await track(page, 10_000);
  const heapAfter10k = await usedHeap(devtools);
  await track(page, 90_000);
  return { heapAfter10k, heapAfter100k: await usedHeap(devtools) };
}

async function track(page: Page, events: number): Promise<void> {
  await page.evaluate(async (count) => {
    for (let index = 0; index < count; index++) {
      client.track("tick", { index, screen: "home" });
      if (index % 500 === 499) await client.flush();
    }
    await client.flush();
  }, events);
}

async function usedHeap(devtools: CDPSession): Promise<number> {
  await devtools.send("HeapProfiler.collectGarbage");
  return (await devtools.send("Runtime.getHeapUsage")).usedSize;
}
