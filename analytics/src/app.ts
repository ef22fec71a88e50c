import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { secureHeaders } from "hono/secure-headers";
import type { MiddlewareHandler } from "hono";
import { createAnomaliesRoutes } from "./anomalies/routes.ts";
import type { Deps } from "./deps.ts";
import { createErrorsRoutes } from "./errors/routes.ts";
import { createExperienceRoutes } from "./experience/routes.ts";
import { createExportsRoutes } from "./exports/routes.ts";
import { createFunnelsRoutes } from "./funnels/routes.ts";
import { createGuidanceRoutes } from "./guidance/routes.ts";
import type { ApiEnv } from "./http/api.ts";
import { createDocsRoutes } from "./http/docs.ts";
import { answerNotFound, createErrorHandler } from "./http/errors.ts";
import { describeApi, registerSecuritySchemes } from "./http/openapi.ts";
import { Problem } from "./http/problem.ts";
import { answerWhileWanted, createQuestionsRoutes } from "./http/questions.ts";
import { sameOrigin } from "./http/same-origin.ts";
import { createIngestionRoutes } from "./ingestion/routes.ts";
import { createIssuesRoutes } from "./issues/routes.ts";
import { findActor } from "./people/actor.ts";
import { createPagesRoutes } from "./pages/routes.ts";
import { createPathsRoutes } from "./paths/routes.ts";
import { createPeopleRoutes } from "./people/routes.ts";
import { createProjectsRoutes } from "./projects/routes.ts";
import { createReleasesRoutes } from "./releases/routes.ts";
import { createRetentionRoutes } from "./retention/routes.ts";
import { createSearchRoutes } from "./search/routes.ts";
import { createSegmentsRoutes } from "./segments/routes.ts";
import { createSourceMapsRoutes } from "./source-maps/routes.ts";
import { createSurveysRoutes } from "./surveys/routes.ts";
import { createTextRoutes } from "./text/routes.ts";
import { createVoiceImportRoutes } from "./voices/import/routes.ts";
import { createVoicesRoutes } from "./voices/routes.ts";
import { createWebhooksRoutes } from "./webhooks/routes.ts";

/** Adding a slice is one line here. */
const SLICES = [
  createAnomaliesRoutes,
  createPeopleRoutes,
  createProjectsRoutes,
  createExperienceRoutes,
  createErrorsRoutes,
  createExportsRoutes,
  createFunnelsRoutes,
  createGuidanceRoutes,
  createIngestionRoutes,
  createIssuesRoutes,
  createQuestionsRoutes,
  createPagesRoutes,
  createPathsRoutes,
  createReleasesRoutes,
  createRetentionRoutes,
  createSearchRoutes,
  createSegmentsRoutes,
  createSourceMapsRoutes,
  createSurveysRoutes,
  createVoicesRoutes,
  createVoiceImportRoutes,
  createTextRoutes,
  createWebhooksRoutes,
];

const BASE = "/api/v1";
const MAX_BODY_BYTES = 1_048_576;

/** The whole API under `/api/v1`; give its `fetch` the server's bindings as well, so that it knows callers' addresses. */
export function createApi(deps: Deps): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>();
  app.onError(createErrorHandler(deps.log));
  app.use(
    `${BASE}/*`,
    noStore,
    apiHeaders(deps.publicUrl),
    sameOrigin(deps.publicUrl),
    limitBody,
    findActor(deps),
    answerWhileWanted(deps),
  );
  for (const createRoutes of SLICES) app.route(BASE, createRoutes(deps));
  registerSecuritySchemes(app);
  const document = describeApi(app);
  app.get(`${BASE}/openapi.json`, (context) => context.json(document));
  app.route(BASE, createDocsRoutes());
  // A route, not Hono's notFound: that of a mounted app is never asked.
  app.all(`${BASE}/*`, answerNotFound);
  return app;
}

/** Answers are about customers and hold secrets once: no cache keeps them, but the reference's files say so themselves. */
const noStore: MiddlewareHandler<ApiEnv> = async (context, next) => {
  await next();
  if (!context.res.headers.has("cache-control")) context.header("cache-control", "no-store");
};

/** Files are larger; their route has a limit of its own, behind the check of who sends. */
const SENDS_FILES = /^\/api\/v1\/projects\/[^/]+\/(?:source-maps|voices)$/;

const limitBody: MiddlewareHandler<ApiEnv> = (context, next) =>
  SENDS_FILES.test(context.req.path) ? next() : limitJson(context, next);

const limitJson = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: () => {
    throw new Problem(413, "Too large", { detail: `A body is at most ${MAX_BODY_BYTES} bytes.` });
  },
});

function apiHeaders(publicUrl: string) {
  return secureHeaders({
    overwrite: false,
    strictTransportSecurity: publicUrl.startsWith("https:"),
    referrerPolicy: "no-referrer",
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  });
}
