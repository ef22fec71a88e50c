import { createApi, type Deps } from "@voxloop/analytics";
import type { Collector } from "@voxloop/collector";
import { Hono } from "hono";
import type { Config } from "../config.ts";
import { dashboardFiles, demoBankFiles } from "./static.ts";

export interface Parts {
  config: Config;
  deps: Deps;
  /** Set when this process has the collector's role. */
  collector: Collector | undefined;
  /** The write key of the demo bank, when it is served. */
  demoWriteKey: string | undefined;
}

/** One HTTP app of the roles this process has. */
export async function createApp({ config, deps, collector, demoWriteKey }: Parts): Promise<Hono> {
  const app = new Hono();
  app.get("/healthz", (context) => context.json({ status: "ok" }));
  app.get("/readyz", async (context) => {
    const problems = await findProblems(deps, collector);
    return context.json(
      { status: problems.length === 0 ? "ready" : "not ready", problems },
      problems.length === 0 ? 200 : 503,
    );
  });
  if (collector !== undefined) app.route("/", collector.app);
  if (demoWriteKey !== undefined) {
    app.route("/", await demoBankFiles({ writeKey: demoWriteKey }));
  }
  if (config.roles.has("api")) {
    app.route("/", createApi(deps));
    app.route("/", await dashboardFiles());
  }
  return app;
}

/** A collector is ready when its spool takes events, whatever else is away; the other roles need their servers. */
async function findProblems(deps: Deps, collector: Collector | undefined): Promise<string[]> {
  if (collector !== undefined) {
    const answer = await collector.app.request("/readyz");
    return ((await answer.json()) as { problems: string[] }).problems;
  }
  const problems: string[] = [];
  await deps.ledger.ping().catch(() => problems.push("PostgreSQL does not answer"));
  const isThere = await deps.warehouse.ping().catch(() => false);
  if (!isThere) problems.push("ClickHouse does not answer");
  return problems;
}
