import { Hono } from "hono";
import type { Drain } from "./drain/drain.ts";
import type { Spool } from "./spool/spool.ts";

/**
 * `GET /healthz`: the process answers. `GET /readyz`: it can take events, or 503 with what is wrong; ClickHouse being
 * away is told and is no reason, since the spool takes events meanwhile.
 */
export function createHealthRoutes(of: { spool: Spool; drain: Drain; now: () => Date }): Hono {
  const { spool, drain, now } = of;
  return new Hono()
    .get("/healthz", (context) => context.json({ status: "ok" }))
    .get("/readyz", async (context) => {
      const problems: string[] = [];
      if (spool.isFull) problems.push(`the spool is full: ${spool.bytes} bytes wait`);
      if (spool.shortage !== undefined) problems.push(spool.shortage);
      const writeError = await spool.probe();
      if (writeError !== undefined) problems.push(`the spool cannot be written: ${writeError}`);
      const oldest = spool.oldestAt;
      const body = {
        status: problems.length === 0 ? "ready" : "not ready",
        problems,
        spool: {
          bytes: spool.bytes,
          oldestSeconds: oldest === undefined ? 0 : Math.max(0, now().getTime() - oldest) / 1000,
        },
        warehouse: drain.lastError === undefined ? "ok" : `away: ${drain.lastError}`,
      };
      return context.json(body, problems.length === 0 ? 200 : 503);
    });
}
