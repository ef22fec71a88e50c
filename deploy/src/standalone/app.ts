import { createApi, type Deps } from "@voxloop/analytics";
import type { Collector } from "@voxloop/collector";
import { Hono } from "hono";
import type { Config } from "../config.ts";
import { timeRequests } from "../telemetry/requests.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { dashboardFiles, demoBankFiles } from "./static.ts";

export interface Parts {
  config: Config;
  deps: Deps;
  /** Set when this process has the collector's role. */
  collector: Collector | undefined;
  /** The write key of the demo bank, when it is served. */
  demoWriteKey: string | undefined;
  telemetry: Telemetry;
}

const PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

/** One HTTP app of the roles this process has. */
export async function createApp({ config, deps, collector, demoWriteKey, telemetry }: Parts): Promise<Hono> {
  const app = new Hono();
  app.use(timeRequests(telemetry));
  app.get("/metrics", async (context) =>
    context.body(await telemetry.render(), 200, { "content-type": PROMETHEUS_TEXT }),
  );
  // A collector is ready when its spool takes events, whatever else is away, and says so itself.
  app.route("/", collector === undefined ? healthRoutes(deps) : collector.app);
  if (demoWriteKey !== undefined) app.route("/", await demoBankFiles({ writeKey: demoWriteKey }));
  if (config.roles.has("api")) {
    app.route("/", createApi(deps));
    app.route("/", await dashboardFiles());
  }
  return app;
}

/** Health of a process without a collector: it needs its servers. */
function healthRoutes({ ledger, warehouse }: Deps): Hono {
  return new Hono()
    .get("/healthz", (context) => context.json({ status: "ok" }))
    .get("/readyz", async (context) => {
      const problems: string[] = [];
      await ledger.ping().catch(() => problems.push("PostgreSQL does not answer"));
      const isThere = await warehouse.ping().catch(() => false);
      if (!isThere) problems.push("ClickHouse does not answer");
      const isReady = problems.length === 0;
      return context.json({ status: isReady ? "ready" : "not ready", problems }, isReady ? 200 : 503);
    });
}
