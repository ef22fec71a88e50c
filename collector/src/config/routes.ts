import { Hono } from "hono";
import { assertOrigin } from "../ingest/caller.ts";
import { Refused } from "../ingest/refused.ts";
import type { FindKey } from "../keys/cache.ts";
import { readWriteKey } from "../keys/write-key.ts";
import type { Logger } from "../logger.ts";
import { LookupUnavailable } from "../lookup-cache.ts";
import type { Configs, PublishedConfig } from "./open.ts";

interface ConfigDeps {
  findKey: FindKey;
  configs: Configs;
  log: Logger;
}

/** As long as a change may take to reach apps besides the ten seconds that the collector keeps what it knows. */
const MAX_AGE_SECONDS = 60;

const HEADERS = {
  "Cache-Control": `max-age=${MAX_AGE_SECONDS}`,
  // Those of the request that the answer depends on, besides the address and the origin.
  Vary: "Authorization, X-Voxloop-Key",
};

/** `GET /v1/config`: what a project has published for its apps; the write key says which, and its origins say for what pages. */
export function createConfigRoutes(deps: ConfigDeps): Hono {
  return new Hono().get("/v1/config", async (context) => {
    try {
      const { document, etag } = await configFor(deps, context.req.raw);
      const tag = `"${etag}"`;
      const headers = { ...HEADERS, ETag: tag };
      if (isKnown(context.req.header("if-none-match"), tag)) return context.body(null, 304, headers);
      return context.body(document, 200, { ...headers, "Content-Type": "application/json" });
    } catch (error) {
      const refused = toRefused(deps, error);
      for (const [name, value] of Object.entries(refused.headers)) context.header(name, value);
      context.header("Cache-Control", "no-store");
      return context.json({ success: false, message: refused.message }, refused.status);
    }
  });
}

async function configFor({ findKey, configs }: ConfigDeps, request: Request): Promise<PublishedConfig> {
  const key = readWriteKey(request) ?? "";
  if (key === "")
    throw new Refused(
      "unauthorized",
      "no write key: send it as Authorization: Bearer, x-voxloop-key or ?key=",
    );
  const grant = await findKey(key);
  if (grant === undefined) throw new Refused("unauthorized", "the write key is not valid");
  assertOrigin(grant, request);
  return configs.find(grant.projectId);
}

function toRefused({ log }: ConfigDeps, error: unknown): Refused {
  if (error instanceof Refused) return error;
  const cause = { cause: error };
  if (error instanceof LookupUnavailable) return new Refused("unavailable", error.message, cause);
  log.error({ error }, "a request for a config failed");
  return new Refused("internal", "internal error", cause);
}

/** Whether an `If-None-Match` names the tag; weakly, as RFC 9110 section 13.1.2 wants, since proxies that compress weaken tags. */
function isKnown(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.split(",").some((each) => {
    const known = each.trim();
    return known === "*" || known.replace(/^W\//, "") === tag;
  });
}
