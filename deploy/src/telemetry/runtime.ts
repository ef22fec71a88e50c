import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Meter } from "@opentelemetry/api";

const NANOSECONDS = 1e9;
const WINDOW_MS = 10_000;
const RESOLUTION_MS = 20;
const QUANTILES = [
  ["0.5", 50],
  ["0.99", 99],
  ["1", 100],
] as const;

/** Memory, processor time and the event loop's delay of this process; gives what ends the measuring. */
export function observeRuntime(meters: readonly Meter[]): () => void {
  const loop = watchLoop();
  for (const meter of meters) {
    meter
      .createObservableGauge("process.memory.usage", { description: "Resident memory", unit: "By" })
      .addCallback((result) => result.observe(process.memoryUsage.rss()));
    meter
      .createObservableCounter("process.cpu_seconds", { description: "Processor time, user and system" })
      .addCallback((result) => {
        const { user, system } = process.cpuUsage();
        result.observe((user + system) / 1e6);
      });
    meter
      .createObservableGauge("nodejs.eventloop.delay_seconds", {
        description: "How late the event loop was in the last ten seconds, by quantile",
      })
      .addCallback((result) => {
        for (const { quantile, seconds } of loop.read()) result.observe(seconds, { quantile });
      });
  }
  return loop.stop;
}

/** Whole windows, since a quantile over the whole life of a process hides what it does now. */
function watchLoop() {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  // What is measured is the time between two samples, so an idle loop shows the resolution.
  const read = () =>
    QUANTILES.map(([quantile, percentile]) => ({
      quantile,
      seconds: Math.max(0, delay.percentile(percentile) / NANOSECONDS - RESOLUTION_MS / 1000),
    }));
  let last = read();
  const timer = setInterval(() => {
    last = read();
    delay.reset();
  }, WINDOW_MS).unref();
  return {
    read: () => last,
    stop: () => {
      clearInterval(timer);
      delay.disable();
    },
  };
}
