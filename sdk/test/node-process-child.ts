import { init } from "../src/node.ts";

/** A process of its own, which ends in the way that its first argument names. */
const [way, endpoint = ""] = process.argv.slice(2);
const voxloop = init({
  writeKey: "vxk_node",
  endpoint,
  service: "core-bank",
  release: "3.1.0",
  environment: "staging",
  flushIntervalMs: 60_000,
  shutdownSignals: ["SIGTERM"],
});
voxloop.track("said");

const ENDS: Record<string, () => void> = {
  "has nothing left to do": () => undefined,
  "calls process.exit": () => process.exit(3),
  throws: () =>
    voxloop.run("u-1", () => {
      setTimeout(() => {
        throw new Error("nobody catches");
      }, 1);
    }),
  rejects: () => void Promise.reject(new Error("nobody handles")),
  "listens to its crash": () => {
    process.on("uncaughtException", () => process.exit(4));
    setTimeout(() => {
      throw new Error("the app decides");
    }, 1);
  },
  "gets SIGTERM": () => {
    setInterval(() => undefined, 1_000);
    process.kill(process.pid, "SIGTERM");
  },
};
ENDS[way ?? ""]?.();
