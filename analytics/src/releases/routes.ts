import { recordRelease } from "@voxloop/ledger";
import { createRoute } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { json, jsonBody, needs, newApi, problems, projectParam } from "../http/api.ts";
import { Problem } from "../http/problem.ts";
import { requireProject } from "../http/require-project.ts";
import { createHealthRoutes } from "./health-routes.ts";
import { listReleases } from "./list.ts";
import { newRelease, release, releaseList } from "./release.ts";

const path = "/projects/{project}/releases";

const list = createRoute({
  method: "get",
  path,
  tags: ["releases"],
  summary: "Releases, declared and seen in the last 30 days",
  middleware: needs("read"),
  request: { params: projectParam },
  responses: { 200: json(releaseList.meta({ id: "ReleaseList" }), "Newest first"), ...problems },
});

const declare = createRoute({
  method: "post",
  path,
  tags: ["releases"],
  summary: "Declare a release, e.g. from a pipeline",
  middleware: needs("write"),
  request: {
    params: projectParam,
    body: jsonBody(newRelease.meta({ id: "NewRelease" })),
  },
  responses: { 201: json(release.meta({ id: "Release" }), "The release as declared"), ...problems },
});

export function createReleasesRoutes(deps: Deps) {
  return newApi()
    .route("/", createHealthRoutes(deps))
    .openapi(list, async (context) => {
      const { project } = context.req.valid("param");
      await requireProject(deps.ledger, project);
      return context.json({ items: await listReleases(deps, project), nextCursor: null }, 200);
    })
    .openapi(declare, async (context) => {
      const { project } = context.req.valid("param");
      const { releasedAt, ...named } = context.req.valid("json");
      await requireProject(deps.ledger, project);
      const at = releasedAt === undefined ? deps.now() : new Date(releasedAt);
      assertNotAhead(at, deps.now());
      await recordRelease(deps.ledger.db, project, { ...named, releasedAt: at });
      const seen = { firstSeen: null, lastSeen: null, customers: 0 };
      return context.json({ ...named, releasedAt: at.toISOString(), declared: true, ...seen }, 201);
    });
}

const AHEAD_DAYS = 90;
const DAY_MS = 86_400_000;

/** A release may be planned; one in a far future is a wrong unit or a clock, and would be newer than all to come. */
function assertNotAhead(at: Date, now: Date): void {
  if (at.getTime() <= now.getTime() + AHEAD_DAYS * DAY_MS) return;
  throw new Problem(400, "Invalid request", {
    detail: `releasedAt: at most ${AHEAD_DAYS} days ahead, and is ${at.toISOString()}`,
  });
}
