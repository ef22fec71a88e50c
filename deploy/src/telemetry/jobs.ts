import { SpanStatusCode } from "@opentelemetry/api";
import type { Scheduler } from "@voxloop/analytics";
import type { Telemetry } from "./telemetry.ts";

const BOUNDARIES_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300];

/** The scheduler with every run of a task timed by its outcome, and a span for each. */
export function timeJobs(scheduler: Scheduler, { meters, tracer }: Telemetry): Scheduler {
  const histograms = meters.map((meter) =>
    meter.createHistogram("voxloop.job.duration_seconds", {
      description: "How long jobs ran, by job and outcome",
      advice: { explicitBucketBoundaries: BOUNDARIES_SECONDS },
    }),
  );
  const timed = (job: string, run: (data: unknown) => Promise<void>) => (data: unknown) =>
    tracer.startActiveSpan(`job ${job}`, async (span) => {
      const start = performance.now();
      let outcome = "succeeded";
      try {
        await run(data);
      } catch (error) {
        outcome = "failed";
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        const seconds = (performance.now() - start) / 1000;
        for (const histogram of histograms) histogram.record(seconds, { job, outcome });
        span.end();
      }
    });
  return { ...scheduler, define: (job, run, options) => scheduler.define(job, timed(job, run), options) };
}
